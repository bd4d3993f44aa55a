package io.holdfast.api.answer;

import io.holdfast.operations.view.ProofLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proofs, the newest first.
 *
 * @param unreadable how many among them cannot be read
 */
record ProofsAnswer(List<ProofLine> proofs, int unreadable, @Nullable String next) {}

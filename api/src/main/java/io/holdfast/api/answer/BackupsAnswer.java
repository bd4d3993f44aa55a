package io.holdfast.api.answer;

import io.holdfast.operations.view.BackupView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Backups, the newest first; of those that were removed and can be brought back, 'removal' says so.
 *
 * @param unreadable ids of those among them that cannot be read
 */
record BackupsAnswer(List<BackupView> backups, List<String> unreadable, @Nullable String next) {}

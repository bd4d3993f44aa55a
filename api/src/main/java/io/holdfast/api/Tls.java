package io.holdfast.api;

import io.holdfast.vocabulary.Secret;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A certificate and where it is renewed.
 *
 * @param certificate PEM, with those that it is signed by
 * @param key PEM, PKCS#8
 * @param readKey its content; throws if it is not there, or others may read it
 */
public record Tls(Path certificate, Path key, Supplier<Secret> readKey) {}

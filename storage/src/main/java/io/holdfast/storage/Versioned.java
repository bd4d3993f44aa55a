package io.holdfast.storage;

/** Content together with the token that a conditional replace needs. */
public record Versioned(byte[] content, String version) {}

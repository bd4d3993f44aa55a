package io.holdfast.repository;

/**
 * Where one chunk lies and how large it is: enough to fetch it in one range read and to open it.
 *
 * @param number its place in the pack, from 0; also its nonce
 * @param offset of its frame in the pack, bytes
 * @param storedLength of its frame: header, compressed bytes and seal
 * @param rawLength of what it holds, bytes
 * @param fingerprint keyed 64-bit XXH64 of what it holds: good for "is this the same?" during a
 *     delta restore, never for integrity
 */
public record ChunkRef(
    PackRef pack, int number, long offset, int storedLength, int rawLength, long fingerprint) {}

package io.holdfast.repository.objects;

import static io.holdfast.repository.format.ContainerFormat.FRAME_HEADER;
import static io.holdfast.repository.format.ContainerFormat.HEADER;
import static io.holdfast.repository.format.ContainerFormat.SEAL;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObject;
import io.holdfast.repository.container.ContainerReader;
import io.holdfast.repository.container.ContainerTail;
import io.holdfast.repository.container.FrameOpener;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ContainerFormat;
import io.holdfast.repository.format.ContainerFormat.Frame;
import io.holdfast.repository.format.ContainerFormat.Header;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.format.MalformedException;
import io.holdfast.repository.format.ObjectHeadFormat;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/** Reads sealed objects: their heads alone, or all of them. Thread-safe. */
final class ObjectOpener {
  private static final int HEAD_SPACE = HEADER + FRAME_HEADER + ObjectHeadFormat.MAX_HEAD + SEAL;
  private static final int USUAL_HEAD = 2 << 10;

  private final Vault vault;

  ObjectOpener(Vault vault) {
    this.vault = vault;
  }

  /** The head alone. */
  Optional<SealedObject> head(String name, ObjectKey key) {
    try {
      return Optional.of(
          vault.anyCopy(
              key, copy -> copy.frames().opening(opener -> readHead(copy, name, key, opener))));
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
  }

  /** The head of an object that must be there, after checking that its frames fill its size. */
  SealedObject whole(String name, ObjectKey key) {
    return vault.frames().opening(opener -> whole(name, key, opener));
  }

  private SealedObject whole(String name, ObjectKey key, FrameOpener opener) {
    long size =
        vault
            .storage()
            .stat(key)
            .orElseThrow(() -> RepositoryDamagedException.missing(key, null))
            .size();
    SealedObject head = readHead(vault, name, key, opener);
    long raw = ContainerTail.read(vault.storage(), key, size, opener).rawBytes(Purpose.DATA);
    if (raw != head.length()) {
      throw RepositoryDamagedException.of(key, head.length() + " bytes of content", raw);
    }
    return head;
  }

  private static SealedObject readHead(
      Vault vault, String name, ObjectKey key, FrameOpener opener) {
    byte[] bytes = vault.storage().beginning(key, USUAL_HEAD);
    requireLength(key, bytes, HEADER + FRAME_HEADER);
    Header header =
        ContainerFormat.header(
            bytes, key, Kind.OBJECT, vault.keys().repository(), vault.keys().encrypted());
    opener.begin(header, key);
    Frame frame = ContainerFormat.frame(bytes, HEADER, key, 0);
    requireHead(key, frame);
    int needed = HEADER + frame.length();
    if (needed > bytes.length) {
      bytes = vault.storage().beginning(key, needed);
      requireLength(key, bytes, needed);
    }
    return head(name, key, frame, opener.open(frame, bytes, HEADER));
  }

  private static void requireHead(ObjectKey key, Frame frame) {
    if (frame.purpose() != Purpose.HEAD.code() || frame.length() > HEAD_SPACE) {
      throw RepositoryDamagedException.of(
          key, 0, "the head", "purpose " + frame.purpose() + " of " + frame.length() + " bytes");
    }
  }

  private static void requireLength(ObjectKey key, byte[] bytes, int length) {
    if (bytes.length < length) {
      throw RepositoryDamagedException.of(
          key, "at least " + length + " bytes", bytes.length + ": the object is cut short");
    }
  }

  private static SealedObject head(String name, ObjectKey key, Frame frame, byte[] content) {
    try {
      return ObjectHeadFormat.decode(name, Arrays.copyOf(content, frame.rawLength()));
    } catch (MalformedException e) {
      throw e.in(key, 0);
    }
  }

  /**
   * Writes the content; empty if there is no such object. Another site's copy continues one that
   * turns out to be damaged: what was written until then was authentic.
   */
  Optional<SealedObject> get(String name, ObjectKey key, OutputStream to) {
    ResumedOutput once = new ResumedOutput(to);
    return vault.anyCopy(
        key,
        copy -> {
          once.again();
          return copy.frames().opening(opener -> get(copy, name, key, once, opener));
        });
  }

  private static Optional<SealedObject> get(
      Vault vault, String name, ObjectKey key, ResumedOutput to, FrameOpener opener) {
    ContainerReader opened;
    try {
      opened = ContainerReader.open(vault.storage(), key, Kind.OBJECT, vault.keys(), opener);
    } catch (ObjectMissingException e) {
      return Optional.empty();
    }
    try (ContainerReader reader = opened) {
      return Optional.of(copy(name, key, reader, to));
    }
  }

  private static SealedObject copy(
      String name, ObjectKey key, ContainerReader reader, ResumedOutput to) {
    if (!reader.next()) {
      throw RepositoryDamagedException.of(key, "a head", "an empty container");
    }
    requireHead(key, reader.frame());
    SealedObject head = head(name, key, reader.frame(), reader.content());
    if (!to.continues(head.sha256())) {
      throw RepositoryDamagedException.of(
          key, "a copy of the same content", "one with SHA-256 " + head.sha256());
    }
    MessageDigest sha256 = ContentHash.newSha256();
    long length = 0;
    while (reader.next()) {
      Frame frame = reader.frame();
      if (frame.purpose() != Purpose.DATA.code()) {
        throw RepositoryDamagedException.of(
            key, frame.number(), "data", "purpose " + frame.purpose());
      }
      byte[] content = reader.content();
      sha256.update(content, 0, frame.rawLength());
      length += frame.rawLength();
      write(name, to, content, frame.rawLength());
    }
    String found = ContentHash.hex(sha256);
    if (length != head.length() || !found.equals(head.sha256())) {
      throw RepositoryDamagedException.of(
          key,
          head.length() + " bytes with SHA-256 " + head.sha256(),
          length + " bytes with " + found);
    }
    return head;
  }

  private static void write(String name, OutputStream to, byte[] content, int length) {
    try {
      to.write(content, 0, length);
    } catch (IOException e) {
      throw new HoldfastException(
          ExitStatus.USAGE, "could not write the content of " + name + ": " + e, null, e);
    }
  }
}

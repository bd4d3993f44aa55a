package io.holdfast.repository.container;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;

/** A text that fits into memory, as a container of its own: manifests and documents. */
public final class TextContainer {
  private static final int FRAME = 1 << 20;

  private TextContainer() {}

  /** The bytes of a container that is to be created under the key. */
  public static byte[] encode(Vault vault, ObjectKey key, Kind kind, byte[] text) {
    return vault.frames().sealing(sealer -> encode(vault, key, kind, text, sealer));
  }

  private static byte[] encode(
      Vault vault, ObjectKey key, Kind kind, byte[] text, FrameSealer sealer) {
    MemoryWriter memory = new MemoryWriter();
    try (ContainerWriter writer = ContainerWriter.into(memory, key, kind, vault.keys(), sealer)) {
      int offset = 0;
      do {
        int length = Math.min(FRAME, text.length - offset);
        writer.append(Purpose.TEXT, text, offset, length);
        offset += length;
      } while (offset < text.length);
      writer.finish();
    }
    return memory.bytes.toByteArray();
  }

  /** The text of a container, all of it authenticated. */
  public static byte[] decode(Vault vault, ObjectKey key, Kind kind, byte[] container) {
    return vault.frames().opening(opener -> decode(vault, key, kind, container, opener));
  }

  private static byte[] decode(
      Vault vault, ObjectKey key, Kind kind, byte[] container, FrameOpener opener) {
    InputStream in = new ByteArrayInputStream(container);
    ByteArrayOutputStream text = new ByteArrayOutputStream(container.length);
    try (ContainerReader reader =
        ContainerReader.of(vault.storage(), key, in, kind, vault.keys(), opener)) {
      while (reader.next()) {
        if (reader.frame().purpose() != Purpose.TEXT.code()) {
          throw RepositoryDamagedException.of(
              key, reader.frame().number(), "text", "purpose " + reader.frame().purpose());
        }
        text.write(reader.content(), 0, reader.frame().rawLength());
      }
    }
    return text.toByteArray();
  }

  /** Collects a small object. */
  private static final class MemoryWriter implements ObjectWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes.write(from, offset, length);
    }

    @Override
    public long position() {
      return bytes.size();
    }

    @Override
    public void commit() {
      // The caller creates the object from the bytes.
    }

    @Override
    public void close() {
      // Nothing was opened.
    }
  }
}

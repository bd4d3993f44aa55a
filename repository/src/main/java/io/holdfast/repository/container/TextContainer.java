package io.holdfast.repository.container;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/** Texts that fit into memory, as a container of their own: manifests and documents. */
public final class TextContainer {
  /** The longest piece of a text in one frame. */
  public static final int FRAME = 1 << 20;

  private TextContainer() {}

  /** Some of what a container says. A text longer than a frame goes on in the next one. */
  public record Text(Purpose purpose, byte[] bytes) {}

  /** Receives frame by frame what a container says; the array is the receiver's. */
  @FunctionalInterface
  public interface Consumer {
    void accept(int frame, int purpose, byte[] text);
  }

  /** The bytes of a container that is to be created under the key. */
  public static byte[] encode(Vault vault, ObjectKey key, Kind kind, List<Text> texts) {
    return vault.frames().sealing(sealer -> encode(vault, key, kind, texts, sealer));
  }

  private static byte[] encode(
      Vault vault, ObjectKey key, Kind kind, List<Text> texts, FrameSealer sealer) {
    MemoryWriter memory = new MemoryWriter();
    try (ContainerWriter writer = ContainerWriter.into(memory, key, kind, vault.keys(), sealer)) {
      for (Text text : texts) {
        append(writer, text);
      }
      writer.finish();
    }
    return memory.bytes.toByteArray();
  }

  private static void append(ContainerWriter writer, Text text) {
    int offset = 0;
    do {
      int length = Math.min(FRAME, text.bytes().length - offset);
      writer.append(text.purpose(), text.bytes(), offset, length);
      offset += length;
    } while (offset < text.bytes().length);
  }

  /**
   * Reads a container out of the storage, frame by frame, and returns its size; what was handed
   * over is only to be believed when this returns.
   *
   * @throws io.holdfast.storage.ObjectMissingException if there is none
   */
  public static long read(Vault vault, ObjectKey key, Kind kind, Consumer consumer) {
    return vault
        .frames()
        .opening(opener -> {
          try (ContainerReader reader =
              ContainerReader.open(vault.storage(), key, kind, vault.keys(), opener)) {
            return read(reader, consumer);
          }
        });
  }

  /** As above, from the bytes of a container. */
  public static long read(
      Vault vault, ObjectKey key, Kind kind, byte[] container, Consumer consumer) {
    InputStream in = new ByteArrayInputStream(container);
    return vault
        .frames()
        .opening(opener -> {
          try (ContainerReader reader =
              ContainerReader.of(vault.storage(), key, in, kind, vault.keys(), opener)) {
            return read(reader, consumer);
          }
        });
  }

  private static long read(ContainerReader reader, Consumer consumer) {
    while (reader.next()) {
      byte[] content = Arrays.copyOf(reader.content(), reader.frame().rawLength());
      consumer.accept(reader.frame().number(), reader.frame().purpose(), content);
    }
    return reader.offset();
  }

  /** The one text of a container that holds nothing else, all of it authenticated. */
  public static byte[] decode(Vault vault, ObjectKey key, Kind kind, byte[] container) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(container.length);
    read(
        vault,
        key,
        kind,
        container,
        (frame, purpose, bytes) -> {
          if (purpose != Purpose.TEXT.code()) {
            throw RepositoryDamagedException.of(key, frame, "text", "purpose " + purpose);
          }
          text.writeBytes(bytes);
        });
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

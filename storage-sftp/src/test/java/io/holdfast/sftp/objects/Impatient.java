package io.holdfast.sftp.objects;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.sftp.wire.Tuning;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What the tests of trouble share: little patience, short pauses, and a few words. */
final class Impatient {
  static final Tuning TUNING = tuning(Duration.ofSeconds(20), Duration.ofMillis(400));

  private Impatient() {}

  static Tuning tuning(Duration patience, Duration holder) {
    return new Tuning(
        32 << 10,
        8,
        64,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        patience,
        Duration.ofMillis(5),
        Duration.ofMillis(40),
        Duration.ofSeconds(2),
        holder);
  }

  static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static void write(Storage storage, ObjectKey key, byte[] content) {
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
  }

  static byte[] content(Storage storage, ObjectKey key) throws IOException {
    try (InputStream in = storage.stream(key, 0)) {
      return in.readAllBytes();
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(Storage storage, ObjectKey key) {
    return new String(storage.read(key).content(), UTF_8);
  }

  static List<String> listed(Storage storage) {
    List<String> keys = new ArrayList<>();
    storage.list("", found -> keys.add(found.key().text()));
    return keys;
  }
}

package io.holdfast.storage.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.storage.Versioned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process of its own that writes: to be killed, or to run into a limit. */
final class ChildWriter {
  static final int COUNTS = 200;
  private static final int PIECE = 1 << 20;

  private ChildWriter() {}

  /** Writes so many pieces and says so after each; counts if there are none. */
  public static void main(String[] arguments) {
    Storage storage = Storages.local(Path.of(arguments[0]));
    ObjectKey key = ObjectKey.of(arguments[1]);
    int pieces = Integer.parseInt(arguments[2]);
    if (pieces == 0) {
      count(storage, key);
      return;
    }
    try (ObjectWriter writer = storage.write(key)) {
      for (int piece = 0; piece < pieces; piece++) {
        writer.write(new byte[PIECE], 0, PIECE);
        System.out.println("writing");
      }
      writer.commit();
      System.out.println("committed");
    } catch (StorageException e) {
      System.out.println("failed: " + e.getMessage() + " HINT: " + e.hint().orElse("none"));
    }
  }

  /** Adds one, {@link #COUNTS} times, by compare-and-swap. */
  static void count(Storage storage, ObjectKey key) {
    for (int done = 0; done < COUNTS; ) {
      Versioned old = storage.read(key);
      String next = Integer.toString(Integer.parseInt(new String(old.content(), UTF_8)) + 1);
      if (storage.replace(key, old.version(), next.getBytes(UTF_8))) {
        done++;
      }
    }
  }

  /** Starts it, behind other words such as a shell with a limit if any. */
  static Process start(List<String> before, Path root, String key, int pieces) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        Arrays.asList(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx32m",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            ChildWriter.class.getName(),
            root.toString(),
            key,
            Integer.toString(pieces)));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}

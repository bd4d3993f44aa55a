package io.holdfast.cli;

import io.holdfast.cli.terminal.Streams;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * One run through what the commands do, for Java to keep the classes it loads and the profiles it
 * makes. Runs when the distribution is put together. The demo among it warms what a backup and a
 * restore do; where no server can be started it fails, and later starts are a little slower.
 */
final class Training {
  /** Names an empty directory; then the program trains and does nothing else. */
  static final String PROPERTY = "holdfast.training";

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--help"),
          List.of("restore", "--help"),
          List.of("nonsense"),
          List.of("version", "--json"),
          List.of("init", "--repository", "repository", "--connection", "host=/nowhere"),
          List.of("doctor"),
          List.of("key", "list"),
          List.of("key", "check", "--json"),
          List.of("backups", "list"),
          List.of("backups", "list", "--json"),
          List.of("status"),
          List.of("status", "--json"),
          List.of("verify"),
          List.of("wal", "list"),
          List.of("demo", "--data-size", "1MB"));

  private final Path directory;

  private final InstantSource clock;

  Training(Path directory, InstantSource clock) {
    this.clock = clock;
    this.directory = directory.toAbsolutePath();
  }

  void run() {
    for (List<String> command : COMMANDS) {
      String[] words =
          command.stream()
              .map(word -> word.equals("repository") ? directory.resolve(word).toString() : word)
              .toArray(String[]::new);
      try (PrintStream nowhere =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
        Streams streams =
            new Streams(
                InputStream.nullInputStream(), nowhere, nowhere, false, false, false, false);
        new Program(streams, clock, () -> false).run(configured(words));
      }
    }
  }

  private String[] configured(String[] words) {
    String[] all = new String[words.length + 2];
    all[0] = "--config";
    all[1] = directory.resolve("holdfast.yaml").toString();
    System.arraycopy(words, 0, all, 2, words.length);
    return all;
  }
}

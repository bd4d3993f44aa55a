package io.holdfast.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What initdb is told; the superuser is {@code postgres} and the locale C.UTF-8.
 *
 * @param walSegmentMegabytes a power of two from 1 to 1024
 * @param icu whether the databases' collations come from ICU instead (15 and newer)
 * @param password asked for over TCP (scram-sha-256) if not empty; connections by socket are
 *     trusted
 */
public record ClusterOptions(
    boolean checksums, int walSegmentMegabytes, boolean icu, String password) {
  public static final String SUPERUSER = "postgres";

  public static ClusterOptions defaults() {
    return new ClusterOptions(true, 16, false, "");
  }

  public ClusterOptions withChecksums(boolean on) {
    return new ClusterOptions(on, walSegmentMegabytes, icu, password);
  }

  public ClusterOptions withWalSegmentMegabytes(int size) {
    return new ClusterOptions(checksums, size, icu, password);
  }

  public ClusterOptions withIcu(boolean on) {
    return new ClusterOptions(checksums, walSegmentMegabytes, on, password);
  }

  public ClusterOptions withPassword(String secret) {
    return new ClusterOptions(checksums, walSegmentMegabytes, icu, secret);
  }

  List<String> initdbArguments(int major) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--username=" + SUPERUSER);
    arguments.add("--encoding=UTF8");
    arguments.add("--locale=C.UTF-8");
    arguments.add("--no-sync");
    arguments.add("--no-instructions");
    arguments.add("--auth-local=trust");
    arguments.add("--auth-host=" + (password.isEmpty() ? "trust" : "scram-sha-256"));
    arguments.add(String.format(Locale.ROOT, "--wal-segsize=%d", walSegmentMegabytes));
    if (checksums) {
      arguments.add("--data-checksums");
    } else if (major >= 18) {
      arguments.add("--no-data-checksums");
    }
    if (icu) {
      arguments.addAll(List.of("--locale-provider=icu", "--icu-locale=und"));
    }
    return arguments;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "checksums-%s-wal-%d%s%s",
        checksums ? "on" : "off",
        walSegmentMegabytes,
        icu ? "-icu" : "",
        password.isEmpty() ? "" : "-scram");
  }
}

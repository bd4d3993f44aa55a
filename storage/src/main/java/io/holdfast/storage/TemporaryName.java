package io.holdfast.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an unfinished file: {@code ~unfinished.<place>.<pid>.<start>.<number>}. The tilde
 * keeps it out of the space of object keys. Place (machine, boot and pid namespace), process id and
 * the process's start time in kernel ticks tell whether the writer still lives; a process id alone
 * is used again, and the wall clock start moves when the clock is set.
 *
 * <p>Of a writer in another place nothing can be known but how long it has been silent.
 */
public record TemporaryName(String place, long pid, long start, long number) {
  private static final Pattern FORM =
      Pattern.compile("~unfinished\\.([0-9a-f]{12})\\.(\\d{1,18})\\.(\\d{1,18})\\.(\\d{1,18})");
  private static final Duration SILENCE_OF_THE_DEAD = Duration.ofHours(24);
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static final String HERE = here();
  private static final long SELF = ProcessHandle.current().pid();
  private static final long SELF_START = startOf(SELF).orElse(0L);

  public static TemporaryName next() {
    return new TemporaryName(HERE, SELF, SELF_START, NUMBERS.incrementAndGet());
  }

  public static Optional<TemporaryName> parse(String fileName) {
    Matcher form = FORM.matcher(fileName);
    if (!form.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new TemporaryName(
            form.group(1),
            Long.parseLong(form.group(2)),
            Long.parseLong(form.group(3)),
            Long.parseLong(form.group(4))));
  }

  public boolean writerIsDead(Instant lastModified, Instant now) {
    if (!place.equals(HERE)) {
      return lastModified.plus(SILENCE_OF_THE_DEAD).isBefore(now);
    }
    return startOf(pid).filter(found -> found == start).isEmpty();
  }

  public String fileName() {
    return "~" + keyName();
  }

  /** Fit for the last segment of an object key. */
  public String keyName() {
    return "unfinished." + place + "." + pid + "." + start + "." + number;
  }

  /** Empty if there is no such process; 0 where the kernel does not tell ticks. */
  private static Optional<Long> startOf(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.UTF_8);
      // proc_pid_stat(5): field 22; the command in parentheses, field 2, may itself hold anything.
      return Optional.of(
          Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]));
    } catch (IOException e) {
      return Files.exists(Path.of("/proc/self/stat"))
          ? Optional.empty()
          : ProcessHandle.of(pid).map(process -> 0L);
    }
  }

  private static String here() {
    StringBuilder identity = new StringBuilder();
    try {
      identity.append(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")));
      identity.append(Files.readSymbolicLink(Path.of("/proc/self/ns/pid")));
    } catch (IOException e) {
      identity.append(System.getenv().getOrDefault("HOSTNAME", "localhost"));
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(identity.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}

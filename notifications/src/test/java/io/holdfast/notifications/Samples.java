package io.holdfast.notifications;

import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Messages and secrets to try things with. */
final class Samples {
  static final Instant SINCE = Instant.parse("2026-11-27T01:00:00Z");
  static final Instant AT = Instant.parse("2026-11-27T03:00:00Z");

  private Samples() {}

  static SecretSource secret(String text) {
    return () -> Secret.copyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  static Problem problem(Severity severity) {
    return new Problem(
        "main",
        "backup.late",
        severity,
        "no backup for 26 h & more <today>",
        "expected one within 24 h, found the last of 2026-11-26T00:59:12Z",
        "Look at the log of the last run.",
        "run-0815",
        "line 1\nERROR: \"disk\" <full> & \\ broken_table_name\n");
  }

  static Message message(Message.Kind kind) {
    return of(kind, problem(Severity.CRITICAL));
  }

  static Message of(Message.Kind kind, Problem problem) {
    return new Message(kind, problem, "db1.example.com", "repo-1", SINCE, AT, 0);
  }

  /** With more in it than any receiver takes. */
  static Message huge() {
    StringBuilder log = new StringBuilder();
    for (int line = 0; log.length() < 100_000; line++) {
      log.append("line ").append(line).append(" <&> \"😀\" _*`|\\ \u001b[31mred\u001b[0m \u0007\n");
    }
    log.append("the very last line");
    Problem problem =
        new Problem(
            "main",
            "k".repeat(600),
            Severity.ERROR,
            "title <&> \"😀\" ".repeat(200),
            "text <&> 😀 \n".repeat(2000),
            "hint <&> ".repeat(1000),
            "run",
            log.toString());
    return of(Message.Kind.OPENED, problem);
  }
}

package io.holdfast.notifications;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** A message in words, the same in all channels. */
public final class Wording {
  private final Message message;

  public Wording(Message message) {
    this.message = message;
  }

  /** What a person sees first: {@code [CRITICAL] main: no backup for 26 h}. */
  public String title() {
    Problem problem = message.problem();
    String of = problem.cluster().isEmpty() ? "" : problem.cluster() + ": ";
    String over = message.kind() == Message.Kind.RECOVERED ? "no longer: " : "";
    return "[" + label() + "] " + of + over + problem.title();
  }

  private String label() {
    String severity = message.problem().severity().name();
    return switch (message.kind()) {
      case OPENED -> severity;
      case WORSE -> "WORSE, " + severity;
      case STILL_OPEN -> "STILL " + severity;
      case RECOVERED -> "RECOVERED";
      case TEST -> "TEST";
    };
  }

  /** Everything but the title and the log, a line or paragraph each. */
  public List<String> lines() {
    Problem problem = message.problem();
    List<String> lines = new ArrayList<>();
    lines.add(state());
    boolean over = message.kind() == Message.Kind.RECOVERED;
    add(lines, over ? "It was: " : "", problem.text());
    add(lines, "HINT: ", over ? "" : problem.hint());
    add(lines, over ? "Run that failed: " : "Run: ", problem.run());
    lines.add("From: " + message.origin() + " (" + problem.key() + ")");
    return lines;
  }

  private static void add(List<String> lines, String label, String text) {
    if (!text.isBlank()) {
      lines.add(label + text);
    }
  }

  private String state() {
    String since = time(message.since());
    return switch (message.kind()) {
      case OPENED -> "Since " + since + "." + returns();
      case WORSE -> "Since " + since + ", and worse now." + returns();
      case STILL_OPEN ->
          "Still so, since " + since + " (" + lasted() + "). Nobody has mended it yet." + returns();
      case RECOVERED ->
          "It is well again. It was so from " + since + " on (" + lasted() + ")." + returns();
      case TEST -> "Sent " + time(message.at()) + ".";
    };
  }

  private String returns() {
    return switch (message.returns()) {
      case 0 -> "";
      case 1 -> " It had gone away in between and came back.";
      default -> " It went away and came back " + message.returns() + " times.";
    };
  }

  private String lasted() {
    Duration span = Duration.between(message.since(), message.at());
    if (span.toMinutes() < 100) {
      return Math.max(0, span.toMinutes()) + " min";
    }
    return span.toHours() < 72 ? span.toHours() + " h" : span.toDays() + " days";
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Lines and log as plain text of at most that many characters: the log gives way first. */
  public String plain(int most) {
    String lines = String.join("\n", lines());
    String log = message.problem().logTail();
    int room = most - lines.length() - 2;
    if (log.isBlank() || room < 100) {
      return Cut.end(lines, most);
    }
    return lines + "\n\n" + Cut.start(log, room);
  }
}

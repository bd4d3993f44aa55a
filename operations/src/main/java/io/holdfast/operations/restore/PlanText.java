package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A plan in words and as JSON. */
final class PlanText {
  /** Bytes a second of copying and of replay on an ordinary machine with a local repository. */
  private static final long COPY = 500_000_000;

  private static final long REPLAY = 150_000_000;

  private PlanText() {}

  static Duration estimate(RestorePlan plan) {
    return Duration.ofSeconds(1 + plan.bytes() / COPY + plan.walBytes() / REPLAY);
  }

  static List<String> lines(RestorePlan plan) {
    List<String> lines = new ArrayList<>();
    Route route = plan.route();
    var window = plan.details().window();
    line(lines, "restore", plan.cluster() + " to " + plan.directory());
    line(lines, "target", target(plan));
    line(
        lines,
        "backup",
        plan.backup()
            + ", ended "
            + window.stopped()
            + ", PostgreSQL "
            + plan.details().server().version());
    line(
        lines,
        "data",
        ByteSize.format(plan.bytes())
            + " in "
            + plan.inventory().files()
            + " files"
            + (plan.request().delta() ? ", of which what is right already stays" : ""));
    line(
        lines,
        "WAL",
        "up to "
            + ByteSize.format(plan.walBytes())
            + ", "
            + window.start()
            + " to "
            + route.end()
            + ", timeline "
            + String.join(" > ", route.timelines().stream().map(String::valueOf).toList()));
    route.reached().ifPresent(time -> line(lines, "reaches", "the transaction of " + time));
    for (TablespaceMap.Place place : plan.tablespaces().places()) {
      line(
          lines,
          "tablespace",
          place.name()
              + " ("
              + place.oid()
              + "), "
              + ByteSize.format(place.bytes())
              + ", to "
              + place.to()
              + (place.moved() ? "" : " as at the source"));
    }
    for (Space space : plan.space()) {
      line(
          lines,
          "space",
          ByteSize.format(space.needed())
              + " needed, "
              + ByteSize.format(space.free())
              + " free at "
              + space.place());
    }
    line(lines, "then", then(plan.request()));
    line(
        lines,
        "settings",
        plan.request().takeOver()
            ? "the source's own (--take-over)"
            : "those of a harmless copy; --take-over keeps the source's");
    new TreeMap<>(plan.settings())
        .forEach((name, value) -> line(lines, "", name + " = " + ConfigText.quoted(value)));
    plan.notes().forEach(note -> line(lines, "note", note));
    line(lines, "takes", "about " + plan.estimate().toSeconds() + " s (a guess)");
    return lines;
  }

  private static String target(RestorePlan plan) {
    RecoveryTarget target = plan.request().target();
    return target instanceof RecoveryTarget.Moment moment && moment.assumedZone().isPresent()
        ? target + " (no zone was given: read as " + moment.assumedZone().get() + ")"
        : target.toString();
  }

  private static String then(RestoreRequest request) {
    String what =
        request.standby()
            ? "a standby that follows on"
            : request.target() instanceof RecoveryTarget.Latest
                ? "a server of its own, on a new timeline"
                : switch (request.action()) {
                  case PROMOTE -> "a server of its own, on a new timeline";
                  case PAUSE -> "paused at the target, readable";
                  case SHUTDOWN -> "shut down at the target";
                };
    return what + (request.start() ? "; it is started now" : "; start it when you like");
  }

  private static void line(List<String> lines, String what, String text) {
    lines.add(String.format("%-11s%s", what, text));
  }

  static ObjectNode json(RestorePlan plan) {
    Route route = plan.route();
    var window = plan.details().window();
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("cluster", plan.cluster())
            .put("directory", plan.directory().toString())
            .put("target", plan.request().target().toString())
            .put("backup", plan.backup().text())
            .put("backupStopped", window.stopped().toString())
            .put("bytes", plan.bytes())
            .put("files", plan.inventory().files())
            .put("walBytes", plan.walBytes())
            .put("walFrom", window.start().toString())
            .put("walTo", route.end().toString())
            .put("timeline", route.path().timeline())
            .put("delta", plan.request().delta())
            .put("standby", plan.request().standby())
            .put("takeOver", plan.request().takeOver())
            .put("start", plan.request().start())
            .put("estimateSeconds", plan.estimate().toSeconds());
    route.reached().ifPresent(time -> root.put("reaches", time.toString()));
    ArrayNode timelines = root.putArray("timelines");
    route.timelines().forEach(timelines::add);
    ArrayNode tablespaces = root.putArray("tablespaces");
    for (TablespaceMap.Place place : plan.tablespaces().places()) {
      tablespaces
          .addObject()
          .put("oid", place.oid())
          .put("name", place.name())
          .put("from", TablespaceMap.utf8(place.from()))
          .put("to", place.to().toString())
          .put("bytes", place.bytes());
    }
    ArrayNode space = root.putArray("space");
    for (Space s : plan.space()) {
      space
          .addObject()
          .put("place", s.place().toString())
          .put("needed", s.needed())
          .put("free", s.free());
    }
    ObjectNode settings = root.putObject("settings");
    for (Map.Entry<String, String> setting : new TreeMap<>(plan.settings()).entrySet()) {
      settings.put(setting.getKey(), setting.getValue());
    }
    ArrayNode notes = root.putArray("notes");
    plan.notes().forEach(notes::add);
    return root;
  }
}

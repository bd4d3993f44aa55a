package io.holdfast.operations.physical;

import io.holdfast.operations.physical.PhysicalDetails.Audit;
import io.holdfast.operations.physical.PhysicalDetails.Changes;
import io.holdfast.operations.physical.PhysicalDetails.ConfigFile;
import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.operations.physical.PhysicalDetails.Effort;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.operations.physical.PhysicalDetails.Server;
import io.holdfast.operations.physical.PhysicalDetails.StoredDatabase;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ServerSession.Setting;
import io.holdfast.postgres.ServerSession.Tablespace;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON form of {@link PhysicalDetails}: field names are those of the records; LSNs are texts
 * ({@code 16/B374D848}), times ISO-8601, durations milliseconds, bytes base64, the system
 * identifier an unsigned decimal text. Fields that this program does not know are ignored; a field
 * that it needs and does not find is damage. {@code control} leaves out the zeros at its end.
 */
final class DetailsJson {
  private DetailsJson() {}

  static ObjectNode write(PhysicalDetails d) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("server", server(d.server()));
    root.set("window", window(d.window()));
    root.put("label", base64(d.label()));
    d.tablespaceMap().ifPresent(map -> root.put("tablespaceMap", base64(map)));
    root.put("control", base64(withoutTrailingZeros(d.control())));
    ArrayNode tablespaces = root.putArray("tablespaces");
    for (Tablespace t : d.tablespaces()) {
      tablespaces
          .addObject()
          .put("oid", Integer.toUnsignedLong(t.oid()))
          .put("name", t.name())
          .put("location", t.location());
    }
    ArrayNode databases = root.putArray("databases");
    for (StoredDatabase b : d.databases()) {
      databases
          .addObject()
          .put("oid", Integer.toUnsignedLong(b.oid()))
          .put("name", b.name())
          .put("encoding", b.encoding())
          .put("collate", b.collate())
          .put("collationVersion", b.collationVersion())
          .put("size", b.size());
    }
    ObjectNode extensions = root.putObject("extensions");
    d.extensions().forEach(extensions::put);
    ArrayNode settings = root.putArray("settings");
    for (Setting s : d.settings()) {
      settings
          .addObject()
          .put("name", s.name())
          .put("value", s.value())
          .put("unit", s.unit())
          .put("source", s.source())
          .put("pendingRestart", s.pendingRestart());
    }
    ArrayNode configFiles = root.putArray("configFiles");
    for (ConfigFile c : d.configFiles()) {
      configFiles
          .addObject()
          .put("setting", c.setting())
          .put("location", c.location())
          .put("storedAs", c.storedAs());
    }
    root.set("findings", findings(d.findings()));
    ArrayNode notes = root.putArray("notes");
    d.notes().forEach(notes::add);
    ObjectNode effort = root.putObject("effort").put("jobs", d.effort().jobs());
    ObjectNode durations = effort.putObject("durations");
    d.effort().durations().forEach((step, took) -> durations.put(step, took.toMillis()));
    root.put("changesFoundBy", d.changes().foundBy());
    root.put("changesFoundByBecause", d.changes().why());
    Audit audit = d.changes().audit();
    root.putObject("audit")
        .put("pages", audit.pages())
        .put("hintBits", audit.hintBits())
        .put("changing", audit.changing());
    return root;
  }

  private static ObjectNode server(Server s) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("systemIdentifier", Long.toUnsignedString(s.systemIdentifier()))
        .put("versionNumber", s.versionNumber())
        .put("version", s.version())
        .put("controlVersion", s.controlVersion())
        .put("catalogVersion", s.catalogVersion())
        .put("walSegmentSize", s.walSegmentSize())
        .put("blockSize", s.blockSize())
        .put("blocksPerSegment", s.blocksPerSegment())
        .put("dataChecksumVersion", s.dataChecksumVersion())
        .put("dataDirectory", s.dataDirectory())
        .put("port", s.port());
  }

  private static ObjectNode window(Window w) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("start", w.start().toString())
        .put("startTimeline", w.startTimeline())
        .put("stop", w.stop().toString())
        .put("stopTimeline", w.stopTimeline())
        .put("checkpoint", w.checkpoint().toString())
        .put("started", w.started().toString())
        .put("stopped", w.stopped().toString())
        .put("fromStandby", w.fromStandby())
        .put("walFrom", w.walFrom());
  }

  private static ObjectNode findings(Findings f) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("pagesChecked", f.pagesChecked())
            .put("pagesChanging", f.pagesChanging())
            .put("damagedPages", f.damagedPages());
    ArrayNode damaged = node.putArray("damaged");
    f.damaged().forEach(p -> damaged.addObject().put("path", p.path()).put("block", p.block()));
    ArrayNode odd = node.putArray("oddFiles");
    f.oddFiles().forEach(odd::add);
    return node;
  }

  static PhysicalDetails read(String backup, JsonNode node) {
    try {
      return read(new Fields(node));
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read the details of backup " + backup + ": " + e.getMessage(),
          "The backup may have been written by a newer version of Holdfast.",
          e);
    }
  }

  private static PhysicalDetails read(Fields root) {
    Fields effort = root.object("effort");
    return new PhysicalDetails(
        readServer(root.object("server")),
        readWindow(root.object("window")),
        Base64.getDecoder().decode(root.text("label")),
        root.optionalText("tablespaceMap").map(Base64.getDecoder()::decode),
        Arrays.copyOf(Base64.getDecoder().decode(root.text("control")), ControlFile.SIZE),
        root.list(
            "tablespaces",
            t -> new Tablespace((int) t.number("oid"), t.text("name"), t.text("location"))),
        root.list(
            "databases",
            b ->
                new StoredDatabase(
                    (int) b.number("oid"),
                    b.text("name"),
                    b.text("encoding"),
                    b.text("collate"),
                    b.text("collationVersion"),
                    b.number("size"))),
        root.object("extensions").map(JsonNode::asString),
        root.list(
            "settings",
            s ->
                new Setting(
                    s.text("name"),
                    s.text("value"),
                    s.text("unit"),
                    s.text("source"),
                    s.yes("pendingRestart"))),
        root.list(
            "configFiles",
            c -> new ConfigFile(c.text("setting"), c.text("location"), c.text("storedAs"))),
        readFindings(root.object("findings")),
        root.texts("notes"),
        new Effort(
            (int) effort.number("jobs"),
            effort.object("durations").map(millis -> Duration.ofMillis(millis.asLong()))),
        new Changes(
            root.text("changesFoundBy"),
            root.optionalText("changesFoundByBecause").orElse(""),
            root.optionalObject("audit").map(DetailsJson::readAudit).orElse(Audit.NONE)));
  }

  private static Server readServer(Fields s) {
    return new Server(
        Long.parseUnsignedLong(s.text("systemIdentifier")),
        (int) s.number("versionNumber"),
        s.text("version"),
        (int) s.number("controlVersion"),
        (int) s.number("catalogVersion"),
        (int) s.number("walSegmentSize"),
        (int) s.number("blockSize"),
        (int) s.number("blocksPerSegment"),
        (int) s.number("dataChecksumVersion"),
        s.text("dataDirectory"),
        (int) s.number("port"));
  }

  private static Window readWindow(Fields w) {
    return new Window(
        Lsn.parse(w.text("start")),
        (int) w.number("startTimeline"),
        Lsn.parse(w.text("stop")),
        (int) w.number("stopTimeline"),
        Lsn.parse(w.text("checkpoint")),
        Instant.parse(w.text("started")),
        Instant.parse(w.text("stopped")),
        w.yes("fromStandby"),
        w.text("walFrom"));
  }

  private static Findings readFindings(Fields f) {
    return new Findings(
        f.number("pagesChecked"),
        f.number("pagesChanging"),
        f.number("damagedPages"),
        f.list("damaged", p -> new DamagedPage(p.text("path"), p.number("block"))),
        f.texts("oddFiles"));
  }

  private static Audit readAudit(Fields a) {
    return new Audit(a.number("pages"), a.number("hintBits"), a.number("changing"));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] withoutTrailingZeros(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  /** Reads fields and names the one that is missing. */
  private record Fields(JsonNode node) {
    private JsonNode needed(String name) {
      JsonNode field = node.path(name);
      if (field.isMissingNode() || field.isNull()) {
        throw new IllegalArgumentException("expected a field '" + name + "', found none");
      }
      return field;
    }

    Fields object(String name) {
      return new Fields(needed(name));
    }

    String text(String name) {
      return needed(name).asString();
    }

    Optional<String> optionalText(String name) {
      JsonNode field = node.path(name);
      return field.isString() ? Optional.of(field.asString()) : Optional.empty();
    }

    Optional<Fields> optionalObject(String name) {
      JsonNode field = node.path(name);
      return field.isObject() ? Optional.of(new Fields(field)) : Optional.empty();
    }

    long number(String name) {
      JsonNode field = needed(name);
      if (!field.isIntegralNumber()) {
        throw new IllegalArgumentException("expected a number in '" + name + "', found " + field);
      }
      return field.longValue();
    }

    boolean yes(String name) {
      return needed(name).asBoolean();
    }

    <T> List<T> list(String name, Function<Fields, T> read) {
      List<T> result = new ArrayList<>();
      needed(name).forEach(item -> result.add(read.apply(new Fields(item))));
      return result;
    }

    List<String> texts(String name) {
      return list(name, item -> item.node().asString());
    }

    <T> Map<String, T> map(Function<JsonNode, T> read) {
      Map<String, T> result = new LinkedHashMap<>();
      node.properties().forEach(entry -> result.put(entry.getKey(), read.apply(entry.getValue())));
      return result;
    }
  }
}

package io.holdfast.operations.logical;

import io.holdfast.operations.logical.LogicalDetails.Choice;
import io.holdfast.operations.logical.LogicalDetails.DumpedDatabase;
import io.holdfast.operations.logical.LogicalDetails.Moment;
import io.holdfast.operations.logical.LogicalDetails.Server;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON form of {@link LogicalDetails}: field names are those of the records, times ISO-8601,
 * durations milliseconds, the system identifier an unsigned decimal text. Unknown fields are
 * ignored; a field that is needed and not there is damage.
 */
final class LogicalDetailsJson {
  private LogicalDetailsJson() {}

  static ObjectNode write(LogicalDetails d) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode server =
        root.putObject("server")
            .put("versionNumber", d.server().versionNumber())
            .put("version", d.server().version())
            .put("standby", d.server().standby());
    d.server()
        .systemIdentifier()
        .ifPresent(id -> server.put("systemIdentifier", Long.toUnsignedString(id)));
    root.put("client", d.client());
    root.putObject("moment")
        .put("first", d.moment().first().toString())
        .put("last", d.moment().last().toString())
        .put("same", d.moment().same());
    ArrayNode databases = root.putArray("databases");
    for (DumpedDatabase b : d.databases()) {
      databases
          .addObject()
          .put("number", b.number())
          .put("name", b.name())
          .put("bytes", b.bytes())
          .put("bytesNew", b.bytesNew())
          .put("tables", b.tables())
          .put("rows", b.rows())
          .put("largeObjects", b.largeObjects())
          .put("took", b.took().toMillis());
    }
    root.put("rolePasswords", d.rolePasswords());
    root.put("checksums", d.checksums());
    ArrayNode notSaved = root.putArray("notSaved");
    d.notSaved().forEach(notSaved::add);
    ArrayNode notes = root.putArray("notes");
    d.notes().forEach(notes::add);
    root.put("jobs", d.jobs());
    root.put("dumping", d.dumping().toMillis());
    ObjectNode choice = root.putObject("choice");
    texts(choice.putArray("databases"), d.choice().databases());
    texts(choice.putArray("exclude"), d.choice().exclude());
    texts(choice.putArray("missing"), d.choice().missing());
    return root;
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  static LogicalDetails read(String backup, JsonNode node) {
    try {
      return read(new JsonFields(node));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read the details of backup " + backup + ": " + e.getMessage(),
          "The backup may have been written by a newer version of Holdfast.",
          e);
    }
  }

  private static Choice choice(JsonFields choice) {
    return new Choice(choice.texts("databases"), choice.texts("exclude"), choice.texts("missing"));
  }

  private static LogicalDetails read(JsonFields root) {
    JsonFields server = root.object("server");
    JsonFields moment = root.object("moment");
    return new LogicalDetails(
        new Server(
            (int) server.number("versionNumber"),
            server.text("version"),
            server
                .optionalText("systemIdentifier")
                .map(text -> OptionalLong.of(Long.parseUnsignedLong(text)))
                .orElse(OptionalLong.empty()),
            server.yes("standby")),
        root.text("client"),
        new Moment(
            Instant.parse(moment.text("first")),
            Instant.parse(moment.text("last")),
            moment.yes("same")),
        root.list(
            "databases",
            b ->
                new DumpedDatabase(
                    (int) b.number("number"),
                    b.text("name"),
                    b.number("bytes"),
                    b.number("bytesNew"),
                    b.number("tables"),
                    b.number("rows"),
                    b.number("largeObjects"),
                    Duration.ofMillis(b.number("took")))),
        root.yes("rolePasswords"),
        root.yes("checksums"),
        root.texts("notSaved"),
        root.texts("notes"),
        (int) root.number("jobs"),
        Duration.ofMillis(root.number("dumping")),
        choice(root.object("choice")));
  }
}

package io.holdfast.operations.logical;

import io.holdfast.postgres.DatabaseFigures;
import io.holdfast.postgres.DatabaseFigures.Collation;
import io.holdfast.postgres.DatabaseFigures.Extension;
import io.holdfast.postgres.DatabaseFigures.Kind;
import io.holdfast.postgres.DatabaseFigures.Locale;
import io.holdfast.postgres.DatabaseFigures.Sequence;
import io.holdfast.postgres.DatabaseFigures.Table;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON form of {@link DatabaseFigures}: field names are those of the records, kinds of tables
 * in lower case, the time ISO-8601. Unknown fields are ignored.
 */
public final class FiguresJson {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private FiguresJson() {}

  /** Writes piece by piece: there may be a hundred thousand tables. Does not close. */
  public static void write(DatabaseFigures figures, OutputStream to) {
    try (JsonGenerator json = MAPPER.createGenerator(new OpenStream(to))) {
      json.writeStartObject();
      json.writeStringProperty("database", figures.database());
      json.writeStringProperty("taken", figures.taken().toString());
      json.writeObjectPropertyStart("locale");
      json.writeStringProperty("encoding", figures.locale().encoding());
      json.writeStringProperty("collate", figures.locale().collate());
      json.writeStringProperty("ctype", figures.locale().ctype());
      json.writeStringProperty("provider", figures.locale().provider());
      json.writeStringProperty("name", figures.locale().name());
      json.writeEndObject();
      json.writeStringProperty("collationVersion", figures.collationVersion());
      json.writeStringProperty("providerVersion", figures.providerVersion());
      json.writeArrayPropertyStart("tables");
      figures.tables().forEach(table -> write(table, json));
      json.writeEndArray();
      json.writeArrayPropertyStart("sequences");
      for (Sequence sequence : figures.sequences()) {
        json.writeStartObject();
        json.writeStringProperty("schema", sequence.schema());
        json.writeStringProperty("name", sequence.name());
        json.writeNumberProperty("lastValue", sequence.lastValue());
        json.writeBooleanProperty("called", sequence.called());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberProperty("largeObjects", figures.largeObjects());
      json.writeArrayPropertyStart("extensions");
      for (Extension extension : figures.extensions()) {
        json.writeStartObject();
        json.writeStringProperty("name", extension.name());
        json.writeStringProperty("version", extension.version());
        json.writeStringProperty("schema", extension.schema());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("collations");
      for (Collation collation : figures.collations()) {
        json.writeStartObject();
        json.writeStringProperty("schema", collation.schema());
        json.writeStringProperty("name", collation.name());
        json.writeStringProperty("provider", collation.provider());
        json.writeStringProperty("version", collation.version());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectPropertyStart("schema");
      figures.schema().forEach(json::writeStringProperty);
      json.writeEndObject();
      json.writeObjectPropertyStart("objects");
      figures
          .objects()
          .forEach((sort, objects) -> {
            json.writeObjectPropertyStart(sort);
            objects.forEach(json::writeStringProperty);
            json.writeEndObject();
          });
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static void write(Table table, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("schema", table.schema());
    json.writeStringProperty("name", table.name());
    json.writeStringProperty("kind", table.kind().name().toLowerCase(java.util.Locale.ROOT));
    if (table.rows() >= 0) {
      json.writeNumberProperty("rows", table.rows());
    }
    table.checksum().ifPresent(sum -> json.writeStringProperty("checksum", sum));
    json.writeEndObject();
  }

  /**
   * @throws HoldfastException (repository) if this is something else
   */
  public static DatabaseFigures read(InputStream from) {
    try {
      return read(new JsonFields(MAPPER.readTree(from)));
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not read the figures of a dump: " + e.getMessage(),
          "The backup may have been written by a newer version of Holdfast.",
          e);
    }
  }

  private static DatabaseFigures read(JsonFields root) {
    JsonFields locale = root.object("locale");
    return new DatabaseFigures(
        root.text("database"),
        Instant.parse(root.text("taken")),
        new Locale(
            locale.text("encoding"),
            locale.text("collate"),
            locale.text("ctype"),
            locale.text("provider"),
            locale.text("name")),
        root.text("collationVersion"),
        root.text("providerVersion"),
        root.list("tables", FiguresJson::table),
        root.list(
            "sequences",
            s ->
                new Sequence(
                    s.text("schema"), s.text("name"), s.number("lastValue"), s.yes("called"))),
        root.number("largeObjects"),
        root.list(
            "extensions", e -> new Extension(e.text("name"), e.text("version"), e.text("schema"))),
        root.list(
            "collations",
            c ->
                new Collation(
                    c.text("schema"), c.text("name"), c.text("provider"), c.text("version"))),
        root.textsByName("schema"),
        root.textsByNames("objects"));
  }

  private static Table table(JsonFields t) {
    Kind kind = Kind.valueOf(t.text("kind").toUpperCase(java.util.Locale.ROOT));
    return new Table(
        t.text("schema"),
        t.text("name"),
        kind,
        kind == Kind.TABLE ? t.number("rows") : -1,
        t.optionalText("checksum"));
  }

  /** Stays open when the generator closes. */
  private static final class OpenStream extends java.io.FilterOutputStream {
    OpenStream(OutputStream to) {
      super(to);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws java.io.IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws java.io.IOException {
      flush();
    }
  }
}

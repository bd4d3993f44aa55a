package io.holdfast.notifications.incident;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON: {@code {"version": 1, "incidents": {"(key)": {…}}}}, times as ISO 8601. */
public final class BookFormat {
  private static final int VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private BookFormat() {}

  private record Stored(int version, Map<String, Incident> incidents) {}

  public static byte[] encode(Book book) {
    return MAPPER.writeValueAsBytes(new Stored(VERSION, book.incidents()));
  }

  /**
   * Empty if it is damaged. An empty text is a book without incidents.
   *
   * @throws HoldfastException if a newer program wrote it: that one must find it again
   */
  public static Optional<Book> decode(byte[] text) {
    if (text.length == 0) {
      return Optional.of(Book.empty());
    }
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree.path("version").asInt(0) > VERSION) {
        throw newer();
      }
      Map<String, Incident> incidents = MAPPER.treeToValue(tree, Stored.class).incidents();
      return incidents == null ? Optional.empty() : Optional.of(new Book(incidents));
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }

  private static HoldfastException newer() {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not read what has been told of incidents: a newer Holdfast wrote it",
        "Update this one. Until then it may tell what has been told already.");
  }
}

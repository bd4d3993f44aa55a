package io.holdfast.operations.notes;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a note: {@code says} is one of {@code pin} (with {@code reason} and perhaps {@code
 * until}), {@code unpin}, {@code delete} (with {@code reason} and {@code purgeAfter}), {@code
 * undelete}; {@code at} is when. Times are ISO-8601 in UTC. Unknown fields are ignored, and so is a
 * note that says something else.
 */
final class NoteFormat {
  private static final JsonMapper MAPPER = new JsonMapper();

  private NoteFormat() {}

  /** A note and when it was said. */
  record Said(Note note, Instant at) {}

  static byte[] encode(Said said) {
    ObjectNode json = MAPPER.createObjectNode();
    switch (said.note()) {
      case Note.Pinned(var reason, var until) -> {
        json.put("says", "pin").put("reason", reason);
        until.ifPresent(end -> json.put("until", end.toString()));
      }
      case Note.Unpinned() -> json.put("says", "unpin");
      case Note.Deleted(var reason, var purgeAfter) ->
          json.put("says", "delete").put("reason", reason).put("purgeAfter", purgeAfter.toString());
      case Note.Undeleted() -> json.put("says", "undelete");
    }
    json.put("at", said.at().toString());
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * Empty if it says what this program does not know.
   *
   * @throws HoldfastException (repository) if it is no note
   */
  static Optional<Said> decode(String name, byte[] content) {
    try {
      JsonNode json = MAPPER.readTree(content);
      Optional<Note> note =
          switch (json.path("says").asString("")) {
            case "pin" ->
                Optional.of(
                    new Note.Pinned(
                        text(name, json, "reason"),
                        json.hasNonNull("until")
                            ? Optional.of(time(name, json, "until"))
                            : Optional.empty()));
            case "unpin" -> Optional.of(new Note.Unpinned());
            case "delete" ->
                Optional.of(
                    new Note.Deleted(text(name, json, "reason"), time(name, json, "purgeAfter")));
            case "undelete" -> Optional.of(new Note.Undeleted());
            case "" -> throw damaged(name, "no text 'says'", null);
            default -> Optional.empty();
          };
      return note.isPresent()
          ? Optional.of(new Said(note.get(), time(name, json, "at")))
          : Optional.empty();
    } catch (JacksonException | DateTimeException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static Instant time(String name, JsonNode json, String field) {
    return Instant.parse(text(name, json, field));
  }

  private static String text(String name, JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isString()) {
      throw damaged(name, "no text '" + field + "'", null);
    }
    return value.stringValue();
  }

  private static HoldfastException damaged(String name, String found, @Nullable Exception cause) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not read the note "
            + name
            + ": expected what was said about a backup, found "
            + found,
        "A newer version of Holdfast may have written it.",
        cause);
  }
}

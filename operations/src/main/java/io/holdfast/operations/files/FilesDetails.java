package io.holdfast.operations.files;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a backup of files adds to its manifest. Its stored files have their whole paths, without the
 * first '/'; the directories above those that were asked for are among them, for their modes.
 *
 * <pre>
 * directories  texts: what was asked for, absolute
 * exclude      texts: patterns of what was left out
 * database     text, may be missing: the backup of the database that was taken in the same run,
 *              before the files
 * unchanged    number: files that were taken over without being read
 * notes        texts, for people
 * </pre>
 *
 * @param database the backup of the same run
 */
public record FilesDetails(
    List<String> directories,
    List<String> exclude,
    Optional<BackupId> database,
    long unchanged,
    List<String> notes) {
  /** The kind of manifest that these details belong to. */
  public static final String KIND = "files";

  public FilesDetails {
    directories = List.copyOf(directories);
    exclude = List.copyOf(exclude);
    notes = List.copyOf(notes);
  }

  /**
   * @throws HoldfastException (usage) if that is no backup of files
   * @throws RepositoryDamagedException if its details are not what this program can read
   */
  public static FilesDetails of(Manifest manifest) {
    if (!manifest.kind().equals(KIND)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "backup " + manifest.id() + " is a " + manifest.kind() + " backup, not one of files",
          "`holdfast backups list` shows the kind of each backup.");
    }
    JsonNode json = manifest.details();
    return new FilesDetails(
        texts(manifest, "directories"),
        texts(manifest, "exclude"),
        databaseOf(manifest),
        json.path("unchanged").asLong(0),
        texts(manifest, "notes"));
  }

  /** The backup of the database that a manifest of files belongs to; empty for other kinds. */
  public static Optional<BackupId> databaseOf(Manifest manifest) {
    return manifest.kind().equals(KIND) && manifest.details().has("database")
        ? Optional.of(new BackupId(manifest.details().get("database").asString()))
        : Optional.empty();
  }

  private static List<String> texts(Manifest manifest, String name) {
    if (!(manifest.details().get(name) instanceof ArrayNode array)) {
      throw new RepositoryDamagedException(
          "could not read the details of backup "
              + manifest.id()
              + ": expected a list '"
              + name
              + "', found none",
          null);
    }
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asString()));
    return texts;
  }

  public JsonNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode asked = json.putArray("directories");
    directories.forEach(asked::add);
    ArrayNode without = json.putArray("exclude");
    exclude.forEach(without::add);
    database.ifPresent(id -> json.put("database", id.text()));
    json.put("unchanged", unchanged);
    ArrayNode remarks = json.putArray("notes");
    notes.forEach(remarks::add);
    return json;
  }
}

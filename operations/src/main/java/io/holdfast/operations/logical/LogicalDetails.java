package io.holdfast.operations.logical;

import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What a logical backup adds to its manifest; the files are in {@link LogicalFiles}.
 *
 * @param client version of the programs that wrote it
 * @param databases by name
 * @param notSaved what the role may not see, in sentences
 * @param notes what the programs said, and what else is worth knowing
 * @param choice which databases were asked for
 */
public record LogicalDetails(
    Server server,
    String client,
    Moment moment,
    List<DumpedDatabase> databases,
    boolean rolePasswords,
    boolean checksums,
    List<String> notSaved,
    List<String> notes,
    int jobs,
    Duration dumping,
    Choice choice) {
  /**
   * Which databases were asked for. A backup of some of them must not stand for one of all.
   *
   * @param databases patterns; empty for all but templates
   * @param exclude patterns
   * @param missing what was asked for and could not be dumped, in sentences
   */
  public record Choice(List<String> databases, List<String> exclude, List<String> missing) {
    /** All that there are. */
    public static final Choice ALL = new Choice(List.of(), List.of(), List.of());

    public Choice {
      databases = List.copyOf(databases);
      exclude = List.copyOf(exclude);
      missing = List.copyOf(missing);
    }

    /** The same for all backups that were asked for the same; "" for all databases. */
    public String words() {
      return (databases.isEmpty() ? "" : "of " + String.join(", ", databases))
          + (exclude.isEmpty() ? "" : " without " + String.join(", ", exclude));
    }
  }

  /**
   * @param systemIdentifier empty if the role may not see it
   */
  public record Server(
      int versionNumber, String version, OptionalLong systemIdentifier, boolean standby) {
    public int major() {
      return versionNumber / 10_000;
    }
  }

  /**
   * Which moment the databases were dumped as of.
   *
   * @param first when the first of them was, by the server's clock
   * @param last when the last one was
   * @param same whether no transaction ended in between: then all are of one moment
   */
  public record Moment(Instant first, Instant last, boolean same) {}

  /**
   * @param number as in {@link LogicalFiles}
   * @param bytes of its archive
   * @param bytesNew of them, those that were not in the parent
   * @param tables that have rows of their own
   */
  public record DumpedDatabase(
      int number,
      String name,
      long bytes,
      long bytesNew,
      long tables,
      long rows,
      long largeObjects,
      Duration took) {}

  public LogicalDetails {
    databases = List.copyOf(databases);
    notSaved = List.copyOf(notSaved);
    notes = List.copyOf(notes);
  }

  public Optional<DumpedDatabase> database(String name) {
    return databases.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /**
   * @throws HoldfastException (usage) if it is another kind of backup; (repository) if its details
   *     cannot be read
   */
  public static LogicalDetails of(Manifest manifest) {
    if (!manifest.kind().equals(LogicalFiles.KIND)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "backup " + manifest.id() + " is a " + manifest.kind() + " backup, not a logical one",
          "`holdfast backups list` shows which backups are logical.");
    }
    return LogicalDetailsJson.read(manifest.id().text(), manifest.details());
  }

  public JsonNode toJson() {
    return LogicalDetailsJson.write(this);
  }
}

package io.holdfast.operations.notes;

import io.holdfast.operations.notes.NoteFormat.Said;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Together;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is said about the backups of a cluster: the area "notes", {@code (backup
 * id)/(time)-(random)}, objects that are never changed. In the order of their names the later one
 * of two is the later word, so whoever says something holds the {@link #LEASE} and names it after
 * all that is there, whatever its clock shows.
 */
public final class Notes {
  /** Held by whoever says or forgets something about a backup. Taken before "backup". */
  public static final String LEASE = "prune";

  private static final String AREA = "notes";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile("(\\d{8}T\\d{6}Z-[a-z0-9]{4})/(\\d{8}T\\d{9}Z)-[a-z0-9]+");

  private final SealedObjects objects;

  public Notes(ClusterArchive cluster) {
    this.objects = cluster.objects(AREA);
  }

  /** A name, taken apart. */
  private record Name(String text, BackupId backup, Instant time) {}

  /**
   * How every backup stands of which something was said.
   *
   * @param unreadable told of each note that cannot be read and so was left out; may throw
   */
  public Map<BackupId, Standing> all(Consumer<HoldfastException> unreadable) {
    Map<BackupId, Standing> standings = new TreeMap<>();
    for (Word word : words("")) {
      Standing before = standings.getOrDefault(word.name().backup(), Standing.PLAIN);
      standings.put(word.name().backup(), word.after(before, unreadable));
    }
    return standings;
  }

  /**
   * As above, of one backup.
   *
   * @throws HoldfastException if one of its notes cannot be read
   */
  public Standing of(BackupId id) {
    Standing standing = Standing.PLAIN;
    for (Word word : words(id.text())) {
      standing =
          word.after(
              standing,
              e -> {
                throw e;
              });
    }
    return standing;
  }

  /** A note that was asked for: what it says, if it is there, or why it cannot be read. */
  private record Word(Name name, Optional<Said> said, Optional<HoldfastException> failure) {
    Standing after(Standing before, Consumer<HoldfastException> unreadable) {
      failure.ifPresent(unreadable);
      return said.map(each -> before.after(each.note(), each.at())).orElse(before);
    }
  }

  private List<Word> words(String prefix) {
    return Together.ask(names(prefix), this::word);
  }

  private Word word(Name name) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try {
      Optional<Said> said =
          objects
              .get(name.text(), content)
              .flatMap(head -> NoteFormat.decode(name.text(), content.toByteArray()));
      return new Word(name, said, Optional.empty());
    } catch (HoldfastException e) {
      return new Word(name, Optional.empty(), Optional.of(e));
    }
  }

  /** In order; what has another form of name is none of ours. */
  private List<Name> names(String prefix) {
    List<Name> names = new ArrayList<>();
    objects.list(prefix, entry -> parse(entry.name()).ifPresent(names::add));
    return names;
  }

  private static Optional<Name> parse(String text) {
    Matcher parts = NAME.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      Instant time = TIME.parse(parts.group(2), Instant::from);
      return Optional.of(new Name(text, new BackupId(parts.group(1)), time));
    } catch (DateTimeException | HoldfastException e) {
      return Optional.empty();
    }
  }

  /** Says it, durably, and reads it back. The caller holds the {@link #LEASE}. */
  public void say(BackupId id, Note note, Instant moment) {
    Instant now = moment.truncatedTo(ChronoUnit.MILLIS);
    Instant last =
        names(id.text()).stream().map(Name::time).max(Instant::compareTo).orElse(Instant.MIN);
    Instant named = now.isAfter(last) ? now : last.plusMillis(1);
    String random = UUID.randomUUID().toString().substring(0, 8);
    byte[] content = NoteFormat.encode(new Said(note, now));
    String name = id + "/" + TIME.format(named) + "-" + random;
    objects.put(name, content, 0, content.length, Map.of());
    try {
      objects.get(name, OutputStream.nullOutputStream());
    } catch (RepositoryDamagedException e) {
      objects.delete(name);
      throw e;
    }
  }

  /**
   * Removes notes of a backup that are damaged, for somebody who says anew what holds. The caller
   * holds the lease.
   */
  public void dropDamaged(BackupId id) {
    for (Name name : names(id.text())) {
      try {
        objects.get(name.text(), OutputStream.nullOutputStream());
      } catch (RepositoryDamagedException e) {
        objects.delete(name.text());
      }
    }
  }

  /** Removes all that was said about backups that are no more. The caller holds the lease. */
  public void forgetAllBut(Set<BackupId> existing) {
    for (Name name : names("")) {
      if (!existing.contains(name.backup())) {
        objects.delete(name.text());
      }
    }
  }
}

package io.holdfast.operations.audit;

import io.holdfast.repository.Repository;
import io.holdfast.repository.SealedObjects;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What was done with a repository: its area "audit", sealed objects that are added and never
 * changed or removed. Thread-safe.
 */
public final class AuditLog {
  private static final String AREA = "audit";

  private final SealedObjects objects;

  public AuditLog(Repository repository) {
    this.objects = repository.objects(AREA);
  }

  /** For an act: the same in all its records. */
  public static String newId() {
    return UUID.randomUUID().toString().substring(0, 8);
  }

  /** Durable on return. */
  public void add(Act act) {
    byte[] content = ActFormat.encode(act);
    objects.put(ActEntry.nameOf(act), content, 0, content.length, Map.of());
  }

  /**
   * The last record of each act that began then or later, the oldest first. Reads names only, of
   * those months alone.
   */
  public List<ActEntry> since(Instant moment) {
    String first = ActEntry.month(moment);
    Map<String, ActEntry> acts = new LinkedHashMap<>();
    for (String month : objects.folders()) {
      if (month.compareTo(first) >= 0) {
        objects.list(
            month,
            each ->
                ActEntry.parse(each.name())
                    .filter(entry -> !entry.began().isBefore(moment))
                    .ifPresent(entry -> acts.merge(entry.id(), entry, AuditLog::last)));
      }
    }
    return acts.values().stream().sorted(java.util.Comparator.comparing(ActEntry::name)).toList();
  }

  private static ActEntry last(ActEntry one, ActEntry other) {
    return one.intent() ? other : one;
  }

  /**
   * Empty if it is not there any more.
   *
   * @throws HoldfastException (repository) if it cannot be read, or is not what its name says
   */
  public Optional<Act> read(ActEntry entry) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    return objects
        .get(entry.name(), content)
        .map(head -> ActFormat.decode(entry.name(), content.toByteArray()))
        .map(act -> {
          if (!entry.tellsOf(act)) {
            throw ActFormat.damaged(entry.name(), ActEntry.nameOf(act), null);
          }
          return act;
        });
  }
}

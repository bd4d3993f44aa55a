package io.holdfast.notifications.incident;

import java.util.LinkedHashMap;
import java.util.Map;

/** The incidents of one cluster, by key. Not thread-safe. */
public final class Book {
  private final Map<String, Incident> incidents;

  public Book(Map<String, Incident> incidents) {
    this.incidents = new LinkedHashMap<>(incidents);
  }

  public static Book empty() {
    return new Book(Map.of());
  }

  public Map<String, Incident> incidents() {
    return incidents;
  }

  public Book copy() {
    return new Book(incidents);
  }

  /**
   * What of this one is not in the other, or newer than there: what was decided while the store was
   * out of reach.
   */
  public void takeNewerOf(Book other) {
    other.incidents.forEach((key, theirs) ->
        incidents.merge(
            key, theirs, (ours, them) -> them.changed().isAfter(ours.changed()) ? them : ours));
  }

  /** Whether an incident is open whose key begins with that. */
  public boolean hasOpen(String area) {
    return incidents.entrySet().stream()
        .anyMatch(each -> each.getKey().startsWith(area) && each.getValue().isOpen());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Book book && book.incidents.equals(incidents);
  }

  @Override
  public int hashCode() {
    return incidents.hashCode();
  }
}

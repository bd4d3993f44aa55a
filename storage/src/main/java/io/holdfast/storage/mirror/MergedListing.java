package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Placement;
import io.holdfast.storage.Placement.Place;
import io.holdfast.storage.StorageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What any site lists, in key order, each object once and as the first site that has it tells. A
 * site that fails in between is left out from there on; if all fail, the listing fails.
 */
final class MergedListing {
  private final List<Member> members;
  private final Predicate<Member> primary;
  private final Placement placement;
  private final ExecutorService threads;
  private final Patience patience;
  private @Nullable StorageException failure;
  private int failures;

  MergedListing(
      List<Member> members,
      Predicate<Member> primary,
      Placement placement,
      ExecutorService threads,
      Patience patience) {
    this.members = members;
    this.primary = primary;
    this.placement = placement;
    this.threads = threads;
    this.patience = patience;
  }

  /** How far one site's listing is. */
  private static final class Cursor implements AutoCloseable {
    private final Member member;
    private final boolean primary;
    private final Listed listed;
    private Optional<ObjectStat> next = Optional.empty();

    Cursor(Member member, boolean primary, Listed listed) {
      this.member = member;
      this.primary = primary;
      this.listed = listed;
    }

    @Override
    public void close() {
      listed.close();
    }
  }

  void run(String prefix, Consumer<ObjectStat> consumer) {
    List<Cursor> cursors = new ArrayList<>();
    try {
      for (Member member : members) {
        if (member.takesPart()) {
          Listed listed = Listed.start(member.storage().below(), prefix, threads, patience.call());
          cursors.add(new Cursor(member, primary.test(member), listed));
        } else {
          failure = failure == null ? member.trouble().orElse(null) : failure;
        }
      }
      List<Cursor> left = new ArrayList<>(cursors);
      left.removeIf(cursor -> !advance(cursor));
      merge(left, consumer);
      if (failures == cursors.size() && failure != null) {
        throw failure;
      }
    } finally {
      cursors.forEach(Cursor::close);
    }
  }

  private void merge(List<Cursor> left, Consumer<ObjectStat> consumer) {
    while (!left.isEmpty()) {
      // Of equals the first one is taken: that of the first site.
      ObjectStat told =
          left.stream()
              .map(cursor -> cursor.next.orElseThrow())
              .min(Comparator.comparing(ObjectStat::key))
              .orElseThrow();
      left.removeIf(
          cursor -> cursor.next.orElseThrow().key().equals(told.key()) && !advance(cursor));
      consumer.accept(told);
    }
  }

  /** False behind the last object, or after a failure. */
  private boolean advance(Cursor cursor) {
    try {
      do {
        cursor.next = cursor.listed.next();
      } while (cursor.next.filter(stat -> isPrivate(cursor, stat)).isPresent());
      return cursor.next.isPresent();
    } catch (StorageException e) {
      cursor.member.failed("list", e);
      failures++;
      failure = failure == null ? e : failure;
      return false;
    }
  }

  private boolean isPrivate(Cursor cursor, ObjectStat stat) {
    return !cursor.primary && placement.of(stat.key()) == Place.PRIMARY;
  }
}

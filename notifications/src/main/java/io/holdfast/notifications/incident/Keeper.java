package io.holdfast.notifications.incident;

import io.holdfast.notifications.IncidentStore;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps books in a store as long as there is one, and in memory all the same: what cannot be
 * written down is told nevertheless, rather twice than never. A store that hangs holds up nobody.
 * For one thread.
 */
public final class Keeper {
  private final IncidentStore store;
  private final Duration patience;
  private final Map<String, Kept> books = new HashMap<>();
  private @Nullable Future<?> hanging;
  private volatile String trouble = "";

  /**
   * @param ahead something was decided that is not in the store
   */
  private record Kept(Book book, boolean ahead) {}

  /**
   * @param patience for one change of the store
   */
  public Keeper(IncidentStore store, Duration patience) {
    this.store = store;
    this.patience = patience;
  }

  /** Why the store does not take anything; empty if it does. Thread-safe. */
  public String trouble() {
    return trouble;
  }

  /** As far as it is known without asking the store. */
  public Book known(String cluster) {
    Kept kept = books.get(cluster);
    return kept == null ? Book.empty() : kept.book().copy();
  }

  public boolean isAhead(String cluster) {
    Kept kept = books.get(cluster);
    return kept != null && kept.ahead();
  }

  /** Looks what others wrote; changes nothing there. */
  public void refresh(String cluster) {
    if (isAhead(cluster)) {
      return;
    }
    try {
      Book read =
          within(() -> store.read(cluster).flatMap(BookFormat::decode).orElseGet(Book::empty));
      books.put(cluster, new Kept(read, false));
      trouble = "";
    } catch (HoldfastException e) {
      trouble = String.valueOf(e.getMessage());
    }
  }

  /** What a change made of a book. */
  private record Changed(Book book, List<Dispatch> dispatches) {}

  /**
   * @param change of the book that it is given; says what is to be sent
   */
  public List<Dispatch> change(String cluster, Function<Book, List<Dispatch>> change) {
    Changed changed;
    try {
      changed = inStore(cluster, change);
      books.put(cluster, new Kept(changed.book(), false));
      trouble = "";
    } catch (HoldfastException e) {
      trouble = String.valueOf(e.getMessage());
      changed = applied(known(cluster), change);
      books.put(cluster, new Kept(changed.book(), true));
    }
    return changed.dispatches();
  }

  private static Changed applied(Book book, Function<Book, List<Dispatch>> change) {
    return new Changed(book, change.apply(book));
  }

  private Changed inStore(String cluster, Function<Book, List<Dispatch>> change) {
    Book ahead = isAhead(cluster) ? known(cluster) : Book.empty();
    return within(() -> changed(cluster, ahead, change));
  }

  private Changed changed(String cluster, Book ahead, Function<Book, List<Dispatch>> change) {
    Changed[] made = new Changed[1];
    store.change(
        cluster,
        stored -> {
          Optional<Book> read = BookFormat.decode(stored);
          Book book = read.orElseGet(Book::empty);
          book.takeNewerOf(ahead);
          Book before = book.copy();
          made[0] = applied(book, change);
          boolean same = read.isPresent() && ahead.incidents().isEmpty() && before.equals(book);
          return same ? stored : BookFormat.encode(book);
        });
    if (made[0] == null) {
      throw unavailable("it said nothing", null);
    }
    return made[0];
  }

  /** On a thread of its own, which is left alone with a store that hangs. */
  private <T> T within(Supplier<T> asked) {
    if (hanging != null && !hanging.isDone()) {
      throw unavailable("it has not answered yet", null);
    }
    FutureTask<T> task = new FutureTask<>(asked::get);
    hanging = task;
    Thread.ofVirtual().name("incidents").start(task);
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unavailable("expected an answer within " + patience.toSeconds() + " s", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof HoldfastException known
          ? known
          : unavailable(String.valueOf(e.getCause()), e);
    }
  }

  private static HoldfastException unavailable(String reason, @Nullable Throwable cause) {
    return new HoldfastException(
        ExitStatus.REPOSITORY_FAILED,
        "could not note what has been told of incidents: " + reason,
        "What is wrong is told all the same, and perhaps twice.",
        cause);
  }
}

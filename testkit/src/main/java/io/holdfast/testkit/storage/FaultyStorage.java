package io.holdfast.testkit.storage;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A store over another one that fails when told. For a sweep: run once without faults, take {@link
 * #calls()}, then run for each n with {@code failing(n, fault)}. Which bit flips and where a tear
 * is depends on the seed alone, as long as one thread calls. Does not close the store below when
 * closed, so that a test can look at what is left.
 */
public final class FaultyStorage implements Storage {
  private final Storage below;
  private final Random random;
  private final FaultPlan plan = new FaultPlan();
  private final RecentChange recent = new RecentChange();
  private final AtomicInteger mutations = new AtomicInteger();
  private volatile MutationHook hook = (number, call, what) -> {};

  private FaultyStorage(Storage below, long seed) {
    this.below = below;
    this.random = new Random(seed);
  }

  public static FaultyStorage over(Storage below, long seed) {
    return new FaultyStorage(below, seed);
  }

  /** The n-th call from now, of whatever kind, goes wrong; counts from 1. */
  public FaultyStorage failing(int nth, Fault fault) {
    plan.add(call -> true, nth, fault);
    return this;
  }

  /** The n-th such call from now goes wrong; counts from 1. */
  public FaultyStorage failing(Call call, int nth, Fault fault) {
    plan.add(call::equals, nth, fault);
    return this;
  }

  /** The n-th call from now that changes something goes wrong; counts from 1. */
  public FaultyStorage failingMutation(int nth, Fault fault) {
    plan.add(Call::mutating, nth, fault);
    return this;
  }

  /** Called before every call that changes something, also before one that is to fail. */
  public FaultyStorage before(MutationHook mutationHook) {
    this.hook = mutationHook;
    return this;
  }

  /** No more faults, and alive again. */
  public void heal() {
    plan.forget();
  }

  public int calls() {
    return plan.count(call -> true);
  }

  public int calls(Call kind) {
    return plan.count(kind::equals);
  }

  public int mutations() {
    return plan.count(Call::mutating);
  }

  /** True when every fault asked for has happened; a test that expects one should look. */
  public boolean spent() {
    return plan.spent();
  }

  @Override
  public String description() {
    return "faulty " + below.description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    run(
        Call.CREATE,
        key.text(),
        content,
        damaged -> {
          below.create(key, damaged);
          recent.created(key);
          return damaged;
        });
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    return run(Call.WRITE, key.text(), () -> new FaultyWriter(this, below.write(key), key));
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    return run(Call.REPLACE, key.text(), content, damaged -> below.replace(key, expected, damaged));
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    return run(Call.DELETE_IF, key.text(), () -> below.deleteIf(key, expected));
  }

  @Override
  public Versioned read(ObjectKey key) {
    Optional<Fault> fault = begin(Call.READ, key.text());
    Versioned found = below.read(key);
    return new Versioned(damage(fault, Call.READ, key.text(), found.content()), found.version());
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    Optional<Fault> fault = begin(Call.READ_RANGE, key.text());
    byte[] read = new byte[length];
    below.read(key, offset, read, 0, length);
    byte[] damaged = damage(fault, Call.READ_RANGE, key.text(), read);
    System.arraycopy(Arrays.copyOf(damaged, length), 0, into, at, length);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    Optional<Fault> fault = begin(Call.STREAM, key.text());
    InputStream found = below.stream(key, offset);
    if (fault.isEmpty()) {
      return found;
    }
    try (found) {
      byte[] all = found.readAllBytes();
      return new ByteArrayInputStream(damage(fault, Call.STREAM, key.text(), all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return run(Call.STAT, key.text(), () -> below.stat(key));
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    Optional<Fault> fault = begin(Call.LIST, prefix);
    if (fault.isEmpty()) {
      below.list(prefix, consumer);
    } else if (fault.get() == Fault.STALE_LIST) {
      recent.staleList(below, prefix, consumer);
    } else if (fault.get() == Fault.TORN) {
      int[] left = {random.nextInt(4)};
      below.list(
          prefix,
          found -> {
            if (left[0]-- > 0) {
              consumer.accept(found);
            }
          });
    } else {
      throw new InjectedFault(fault.get(), Call.LIST, prefix);
    }
  }

  @Override
  public void delete(ObjectKey key) {
    run(
        Call.DELETE,
        key.text(),
        () -> {
          Optional<ObjectStat> before = below.stat(key);
          below.delete(key);
          before.ifPresent(recent::deleted);
          return true;
        });
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    run(
        Call.LEFTOVERS,
        prefix,
        () -> {
          below.leftovers(prefix, consumer);
          return true;
        });
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    run(
        Call.DELETE_LEFTOVER,
        leftover.key().text(),
        () -> {
          below.deleteLeftover(leftover);
          return true;
        });
  }

  @Override
  public void close() {}

  boolean dead() {
    return plan.dead();
  }

  void committed(ObjectKey key) {
    recent.created(key);
  }

  interface WithBytes<T> {
    T run(byte[] content);
  }

  /** A call that carries bytes to the store. */
  <T> T run(Call call, String what, byte[] content, WithBytes<T> effect) {
    Optional<Fault> fault = begin(call, what);
    boolean silent = fault.filter(FaultyStorage::damages).isPresent();
    T result = effect.run(silent ? damage(fault, call, what, content) : content);
    return end(silent ? Optional.empty() : fault, call, what, result);
  }

  /** A call that carries none. */
  <T> T run(Call call, String what, Supplier<T> effect) {
    Optional<Fault> fault = begin(call, what);
    if (fault.isPresent() && fault.get() != Fault.ERROR_AFTER && fault.get() != Fault.DEATH_AFTER) {
      throw new InjectedFault(fault.get(), call, what);
    }
    return end(fault, call, what, effect.get());
  }

  /** The fault that is to come with or after the effect, if any; throws one that comes before. */
  private Optional<Fault> begin(Call call, String what) {
    boolean wasDead = plan.dead();
    Optional<Fault> fault = plan.next(call);
    if (call.mutating() && !wasDead) {
      hook.before(mutations.incrementAndGet(), call, what);
    }
    if (fault.isPresent()) {
      switch (fault.get()) {
        case ERROR_BEFORE, TIME_OUT, DEATH_BEFORE ->
            throw new InjectedFault(fault.get(), call, what);
        case STALE_LIST -> {
          if (call != Call.LIST) {
            throw new InjectedFault(fault.get(), call, what);
          }
        }
        case ERROR_AFTER, TORN, FLIPPED_BIT, DEATH_AFTER -> {}
      }
    }
    return fault;
  }

  private static <T> T end(Optional<Fault> fault, Call call, String what, T result) {
    if (fault.isPresent()) {
      throw new InjectedFault(fault.get(), call, what);
    }
    return result;
  }

  private static boolean damages(Fault fault) {
    return fault == Fault.TORN || fault == Fault.FLIPPED_BIT;
  }

  private byte[] damage(Optional<Fault> fault, Call call, String what, byte[] content) {
    if (fault.isEmpty()) {
      return content;
    }
    if (!damages(fault.get()) || content.length == 0) {
      throw new InjectedFault(fault.get(), call, what);
    }
    synchronized (random) {
      if (fault.get() == Fault.TORN) {
        return Arrays.copyOf(content, random.nextInt(content.length));
      }
      byte[] flipped = content.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      return flipped;
    }
  }
}

package io.holdfast.operations.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.storage.Versioned;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that break one promise each, as stores do which ignore a header they do not know. */
final class SiteProbeTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path directory;

  @Test
  void findsNothingAmissWithADirectoryAndLeavesNothingThere() {
    try (Storage storage = Storages.local(directory.resolve("site"))) {
      storage.create(ObjectKey.of("mine"), new byte[1]);
      SiteReport report = SiteProbe.run(storage, CLOCK);

      assertThat(report.broken()).isEmpty();
      assertThat(report.clockAhead()).isLessThan(Duration.ofSeconds(2));
      assertThat(report.clocksAgree()).isTrue();
      assertThat(report.upload()).isPositive();
      assertThat(report.download()).isPositive();
      assertThat(listed(storage)).containsExactly("mine");
    }
  }

  @Test
  void noticesThatCreateIgnoresItsCondition() {
    Storage careless =
        new Over(Storages.memory("careless")) {
          @Override
          public void create(ObjectKey key, byte[] content) {
            below.delete(key);
            below.create(key, content);
          }
        };

    assertThat(SiteProbe.run(careless, CLOCK).broken())
        .containsExactly(
            "to refuse a second create of one key",
            "to leave an object alone that a second create meets");
    assertThat(listed(careless)).isEmpty();
  }

  @Test
  void noticesThatReplaceIgnoresItsCondition() {
    Storage careless =
        new Over(Storages.memory("careless")) {
          @Override
          public boolean replace(ObjectKey key, String expected, byte[] content) {
            return below.replace(key, below.read(key).version(), content);
          }
        };

    assertThat(SiteProbe.run(careless, CLOCK).broken())
        .containsExactly("to refuse to replace another version than the one it has");
  }

  @Test
  void noticesThatDeleteIgnoresItsCondition() {
    Storage careless =
        new Over(Storages.memory("careless")) {
          @Override
          public boolean deleteIf(ObjectKey key, String expected) {
            below.delete(key);
            return true;
          }
        };

    assertThat(SiteProbe.run(careless, CLOCK).broken())
        .containsExactly("to refuse to delete another version than the one it has");
  }

  @Test
  void noticesThatLargeObjectsReplaceOthers() {
    Storage careless =
        new Over(Storages.memory("careless")) {
          @Override
          public ObjectWriter write(ObjectKey key) {
            below.delete(key);
            return below.write(key);
          }
        };

    assertThat(SiteProbe.run(careless, CLOCK).broken())
        .containsExactly(
            "to refuse a second large object under one key",
            "to give back what was written",
            "to give exactly the range that is asked for");
  }

  @Test
  void noticesThatListingsAreLate() {
    Storage late =
        new Over(Storages.memory("late")) {
          private int lists;

          @Override
          public void list(String prefix, Consumer<ObjectStat> consumer) {
            if (lists++ > 0) {
              below.list(prefix, consumer);
            }
          }
        };

    assertThat(SiteProbe.run(late, CLOCK).broken())
        .containsExactly("to list what was just created");
  }

  @Test
  void noticesRangesThatAreNone() {
    Storage whole =
        new Over(Storages.memory("whole")) {
          @Override
          public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
            below.read(key, 0, into, at, length);
          }
        };

    assertThat(SiteProbe.run(whole, CLOCK).broken())
        .containsExactly("to give exactly the range that is asked for");
  }

  @Test
  void measuresTheClocks() {
    for (int seconds : new int[] {-90, -30, 30, 90}) {
      Storage elsewhere =
          new Over(Storages.memory("elsewhere")) {
            @Override
            public Optional<ObjectStat> stat(ObjectKey key) {
              return below
                  .stat(key)
                  .map(found ->
                      new ObjectStat(
                          found.key(), found.size(), Instant.now().plusSeconds(seconds)));
            }
          };
      SiteReport report = SiteProbe.run(elsewhere, CLOCK);

      assertThat(report.broken()).isEmpty();
      assertThat(report.clocksAgree()).isFalse();
      assertThat(report.clockAhead().toSeconds()).isBetween(seconds - 3L, seconds + 3L);
    }
  }

  private static List<String> listed(Storage storage) {
    List<String> keys = new ArrayList<>();
    storage.list("", found -> keys.add(found.key().text()));
    return keys;
  }

  /** Passes everything on. */
  private static class Over implements Storage {
    final Storage below;

    Over(Storage below) {
      this.below = below;
    }

    @Override
    public String description() {
      return below.description();
    }

    @Override
    public void create(ObjectKey key, byte[] content) {
      below.create(key, content);
    }

    @Override
    public ObjectWriter write(ObjectKey key) {
      return below.write(key);
    }

    @Override
    public boolean replace(ObjectKey key, String expected, byte[] content) {
      return below.replace(key, expected, content);
    }

    @Override
    public boolean deleteIf(ObjectKey key, String expected) {
      return below.deleteIf(key, expected);
    }

    @Override
    public Versioned read(ObjectKey key) {
      return below.read(key);
    }

    @Override
    public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
      below.read(key, offset, into, at, length);
    }

    @Override
    public InputStream stream(ObjectKey key, long offset) {
      return below.stream(key, offset);
    }

    @Override
    public Optional<ObjectStat> stat(ObjectKey key) {
      return below.stat(key);
    }

    @Override
    public void list(String prefix, Consumer<ObjectStat> consumer) {
      below.list(prefix, consumer);
    }

    @Override
    public void delete(ObjectKey key) {
      below.delete(key);
    }

    @Override
    public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
      below.leftovers(prefix, consumer);
    }

    @Override
    public void deleteLeftover(ObjectStat leftover) {
      below.deleteLeftover(leftover);
    }

    @Override
    public void close() {
      below.close();
    }
  }
}

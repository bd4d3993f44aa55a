package io.holdfast.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation of {@link Storage} keeps. Extend it, and hand in an empty store. */
public abstract class StorageContract {
  private static final int RUNNERS = 16;
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/cluster.json");

  protected Storage storage;

  @SuppressWarnings("NullAway.Init") // set before each test
  protected StorageContract() {}

  /** An empty store of its own. */
  protected abstract Storage open() throws Exception;

  @BeforeEach
  final void openStorage() throws Exception {
    storage = open();
  }

  @AfterEach
  final void closeStorage() {
    storage.close();
  }

  protected final List<String> listed(String prefix) {
    List<String> keys = new ArrayList<>();
    storage.list(prefix, found -> keys.add(found.key().text()));
    return keys;
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private String content(ObjectKey key) {
    return new String(storage.read(key).content(), UTF_8);
  }

  @Test
  void returnsWhatWasCreated() {
    storage.create(KEY, bytes("{}"));

    assertThat(content(KEY)).isEqualTo("{}");
    assertThat(storage.stat(KEY).orElseThrow().size()).isEqualTo(2);
    assertThat(listed("")).containsExactly(KEY.text());
  }

  @Test
  void keepsAnEmptyObject() throws IOException {
    storage.create(KEY, new byte[0]);

    assertThat(storage.read(KEY).content()).isEmpty();
    assertThat(storage.stat(KEY).orElseThrow().size()).isZero();
    storage.read(KEY, 0, new byte[0], 0, 0);
    try (InputStream in = storage.stream(KEY, 0)) {
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void refusesToCreateWhatExistsAndLeavesItUntouched() {
    storage.create(KEY, bytes("first"));

    assertThatThrownBy(() -> storage.create(KEY, bytes("second")))
        .isInstanceOf(ObjectExistsException.class)
        .hasMessageContaining(KEY.text())
        .hasMessageContaining(storage.description());
    assertThat(content(KEY)).isEqualTo("first");
  }

  @Test
  void doesNotHoldOnToTheArrayItWasGiven() {
    byte[] given = bytes("first");
    storage.create(KEY, given);
    Arrays.fill(given, (byte) 'x');

    assertThat(content(KEY)).isEqualTo("first");
  }

  @Test
  void writesInPiecesOfAnySizeAndKnowsThePosition() {
    byte[] content = new byte[3 << 20];
    Random random = new Random(7);
    random.nextBytes(content);
    try (ObjectWriter writer = storage.write(KEY)) {
      int at = 0;
      while (at < content.length) {
        int step = Math.min(content.length - at, random.nextInt(700_000));
        writer.write(content, at, step);
        at += step;
        assertThat(writer.position()).isEqualTo(at);
      }
      writer.commit();
    }

    assertThat(storage.read(KEY).content()).isEqualTo(content);
  }

  @Test
  void showsNothingOfAWriteBeforeItsCommit() {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(new byte[1 << 20], 0, 1 << 20);

      assertThat(storage.stat(KEY)).isEmpty();
      assertThat(listed("")).isEmpty();
      assertThatThrownBy(() -> storage.read(KEY)).isInstanceOf(ObjectMissingException.class);
      assertThat(leftovers()).as("of a living writer").isEmpty();
      writer.commit();
    }
    assertThat(listed("")).containsExactly(KEY.text());
  }

  @Test
  void leavesNothingOfAnAbandonedWrite() {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(new byte[1 << 20], 0, 1 << 20);
    }

    assertThat(listed("")).isEmpty();
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void failsAtCommitWhenTheKeyWasTakenMeanwhile() {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(bytes("late"), 0, 4);
      storage.create(KEY, bytes("early"));

      assertThatThrownBy(writer::commit).isInstanceOf(ObjectExistsException.class);
    }
    assertThat(content(KEY)).isEqualTo("early");
    assertThat(listed("")).containsExactly(KEY.text());
  }

  @Test
  void takesNothingMoreAfterCommit() {
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.commit();

      assertThatIllegalStateException().isThrownBy(() -> writer.write(new byte[1], 0, 1));
      assertThatIllegalStateException().isThrownBy(writer::commit);
    }
  }

  @Test
  void letsExactlyOneOfManyCreatorsWin() throws Exception {
    for (int round = 0; round < 20; round++) {
      ObjectKey key = ObjectKey.of("race/" + round + "/taken");
      List<Boolean> won =
          Race.of(
              RUNNERS,
              runner -> {
                try {
                  storage.create(key, bytes("by " + runner));
                  return true;
                } catch (ObjectExistsException e) {
                  return false;
                }
              });

      assertThat(won).containsOnlyOnce(true);
      assertThat(content(key)).isEqualTo("by " + won.indexOf(true));
    }
  }

  @Test
  void replacesOnlyTheExpectedVersion() {
    storage.create(KEY, bytes("one"));
    String first = storage.read(KEY).version();

    assertThat(storage.replace(KEY, first, bytes("two"))).isTrue();
    assertThat(storage.replace(KEY, first, bytes("three"))).isFalse();
    assertThat(content(KEY)).isEqualTo("two");
    assertThat(storage.replace(KEY.child("missing"), first, bytes("x"))).isFalse();
    assertThat(listed("")).containsExactly(KEY.text());
  }

  @Test
  void losesNoUpdateOfRacingReplacers() throws Exception {
    storage.create(KEY, bytes("0"));
    int each = 10;
    Race.of(
        RUNNERS,
        runner -> {
          for (int done = 0; done < each; ) {
            Versioned old = storage.read(KEY);
            int next = Integer.parseInt(new String(old.content(), UTF_8)) + 1;
            if (storage.replace(KEY, old.version(), bytes(Integer.toString(next)))) {
              done++;
            }
          }
          return true;
        });

    assertThat(content(KEY)).isEqualTo(Integer.toString(RUNNERS * each));
  }

  @Test
  void deletesOnlyTheExpectedVersion() {
    storage.create(KEY, bytes("one"));
    String first = storage.read(KEY).version();
    assertThat(storage.replace(KEY, first, bytes("two"))).isTrue();

    assertThat(storage.deleteIf(KEY, first)).isFalse();
    assertThat(content(KEY)).isEqualTo("two");
    assertThat(storage.deleteIf(KEY, storage.read(KEY).version())).isTrue();
    assertThat(storage.stat(KEY)).isEmpty();
    assertThat(storage.deleteIf(KEY, first)).isFalse();
  }

  @Test
  void neverBringsBackWhatWasDeletedWhileItWasReplaced() throws Exception {
    AtomicInteger replaced = new AtomicInteger();
    for (int round = 0; round < 50; round++) {
      ObjectKey key = ObjectKey.of("leases/" + round);
      storage.create(key, bytes("held"));
      String version = storage.read(key).version();
      Race.of(
          2,
          runner -> {
            if (runner == 0) {
              storage.delete(key);
            } else if (storage.replace(key, version, bytes("renewed"))) {
              replaced.incrementAndGet();
            }
            return true;
          });

      assertThat(storage.stat(key)).as("round %d", round).isEmpty();
    }
    assertThat(replaced.get()).isBetween(0, 50);
  }

  @Test
  void listsInKeyOrderAcrossDirectories() {
    List<String> keys =
        List.of("a-b", "a.x/1", "a/1", "a/10", "a/2/x", "a/2-", "a/2.", "a0", "ab/c", "B/z", "a/_");
    keys.forEach(key -> storage.create(ObjectKey.of(key), bytes(key)));

    assertThat(listed("")).isEqualTo(keys.stream().sorted().toList());
  }

  @Test
  void takesAPrefixAsAWholePath() {
    for (String key : List.of("a/b/1", "a/b/c/2", "a/bc/3", "a/b-4", "ab/5")) {
      storage.create(ObjectKey.of(key), bytes(key));
    }

    assertThat(listed("a/b")).containsExactly("a/b/1", "a/b/c/2");
    assertThat(listed("a")).containsExactly("a/b-4", "a/b/1", "a/b/c/2", "a/bc/3");
    assertThat(listed("a/b/1")).as("an object has nothing below it").isEmpty();
    assertThat(listed("nowhere")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> listed("a/"));
  }

  @Test
  void tellsTheNextStepsThatLeadToObjects() {
    for (String key : List.of("a/b/1", "a/b/c/2", "a/b-4", "a/bc/d/3", "a/B/x", "ab/5", "top")) {
      storage.create(ObjectKey.of(key), bytes(key));
    }
    storage.create(ObjectKey.of("a/gone/1"), bytes("1"));
    storage.delete(ObjectKey.of("a/gone/1"));

    assertThat(storage.folders("a")).containsExactly("B", "b", "bc");
    assertThat(storage.folders("a/bc")).containsExactly("d");
    assertThat(storage.folders("a/b")).containsExactly("c");
    assertThat(storage.folders("")).containsExactly("a", "ab");
    assertThat(storage.folders("top")).as("an object has nothing below it").isEmpty();
    assertThat(storage.folders("nowhere")).isEmpty();
  }

  @Test
  void mayDeleteWhatItLists() {
    for (int i = 0; i < 10; i++) {
      storage.create(ObjectKey.of("x/" + i + "/y"), new byte[i]);
    }
    storage.list("x", found -> storage.delete(found.key()));

    assertThat(listed("")).isEmpty();
  }

  @Test
  void readsExactlyTheRange() {
    byte[] content = new byte[1 << 20];
    new Random(3).nextBytes(content);
    storage.create(KEY, content);
    byte[] into = new byte[700_002];
    into[0] = 1;
    into[700_001] = 2;
    storage.read(KEY, 300_000, into, 1, 700_000);

    assertThat(Arrays.copyOfRange(into, 1, 700_001))
        .isEqualTo(Arrays.copyOfRange(content, 300_000, 1_000_000));
    assertThat(into[0]).isEqualTo((byte) 1);
    assertThat(into[700_001]).isEqualTo((byte) 2);
  }

  @Test
  void throwsWhenTheRangeReachesBeyondTheEnd() {
    storage.create(KEY, new byte[100]);
    byte[] into = new byte[200];

    for (long offset : new long[] {0, 50, 100, 101, 1L << 40}) {
      assertThatThrownBy(() -> storage.read(KEY, offset, into, 0, 101))
          .isInstanceOf(StorageException.class)
          .isNotInstanceOf(ObjectMissingException.class)
          .hasMessageContaining(KEY.text());
    }
    assertThatThrownBy(() -> storage.read(KEY, 101, into, 0, 0))
        .isInstanceOf(StorageException.class);
    storage.read(KEY, 100, into, 0, 0);
  }

  @Test
  void readsTheBeginningOrAllOfIt() {
    ObjectKey key = ObjectKey.of("a/b");
    storage.create(key, bytes("0123456789"));
    storage.create(ObjectKey.of("empty"), new byte[0]);

    assertThat(storage.beginning(key, 4)).isEqualTo(bytes("0123"));
    assertThat(storage.beginning(key, 10)).isEqualTo(bytes("0123456789"));
    assertThat(storage.beginning(key, 4000)).isEqualTo(bytes("0123456789"));
    assertThat(storage.beginning(ObjectKey.of("empty"), 4)).isEmpty();
    assertThatThrownBy(() -> storage.beginning(ObjectKey.of("a/c"), 4))
        .isInstanceOf(ObjectMissingException.class);
  }

  @Test
  void streamsFromAnOffset() throws IOException {
    byte[] content = new byte[1 << 20];
    new Random(5).nextBytes(content);
    storage.create(KEY, content);

    try (InputStream in = storage.stream(KEY, 12_345)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 12_345, content.length));
    }
    try (InputStream in = storage.stream(KEY, 1 << 20)) {
      assertThat(in.read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> storage.stream(KEY, (1 << 20) + 1))
        .isInstanceOf(StorageException.class);
  }

  @Test
  void takesNothingLargeIntoMemory() {
    ObjectKey key = ObjectKey.of("large");
    try (ObjectWriter writer = storage.write(key)) {
      writer.write(new byte[Storage.SMALL], 0, Storage.SMALL);
      writer.commit();
    }
    assertThat(storage.read(key).content()).hasSize(Storage.SMALL);
    storage.delete(key);
    storage.create(key, new byte[Storage.SMALL + 1]);
    assertThatThrownBy(() -> storage.read(key))
        .isInstanceOf(ObjectTooLargeException.class)
        .hasMessageContaining("large");
  }

  @Test
  void saysMissingForWhatIsNotThere() {
    storage.create(ObjectKey.of("a/b"), new byte[1]);
    byte[] into = new byte[1];

    for (String missing : List.of("x", "a", "a/c", "a/b/c", "x/y/z")) {
      ObjectKey key = ObjectKey.of(missing);
      assertThatThrownBy(() -> storage.read(key)).isInstanceOf(ObjectMissingException.class);
      assertThatThrownBy(() -> storage.read(key, 0, into, 0, 1))
          .isInstanceOf(ObjectMissingException.class);
      assertThatThrownBy(() -> storage.stream(key, 0)).isInstanceOf(ObjectMissingException.class);
      assertThat(storage.stat(key)).isEmpty();
      storage.delete(key);
    }
    assertThat(listed("")).containsExactly("a/b");
  }

  @Test
  void deletesOnceAndAgain() {
    storage.create(KEY, new byte[1]);
    storage.delete(KEY);
    storage.delete(KEY);

    assertThat(storage.stat(KEY)).isEmpty();
    assertThat(listed("")).isEmpty();
    storage.create(KEY, new byte[2]);
    assertThat(storage.stat(KEY).orElseThrow().size()).isEqualTo(2);
  }

  @Test
  void losesNothingWhenTheLastOfADirectoryGoesWhileTheNextComes() throws Exception {
    int rounds = 200;
    Race.of(
        4,
        runner -> {
          for (int round = 0; round < rounds; round++) {
            ObjectKey key = ObjectKey.of("deep/er/" + runner + "-" + round);
            storage.create(key, bytes("x"));
            assertThat(content(key)).isEqualTo("x");
            storage.delete(key);
          }
          return true;
        });

    assertThat(listed("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a b", "ä",
        "a\n", "~a", "a\\b", "a:b"
      })
  void refusesWhatIsNoKey(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of(text));
  }

  @Test
  void takesTheLongestKeys() {
    ObjectKey deepest = ObjectKey.of(("d".repeat(199) + "/").repeat(2) + "n".repeat(112));
    ObjectKey widest = ObjectKey.of("w".repeat(200));
    storage.create(deepest, bytes("deep"));
    storage.create(widest, bytes("wide"));

    assertThat(content(deepest)).isEqualTo("deep");
    assertThat(content(widest)).isEqualTo("wide");
    assertThatIllegalArgumentException().isThrownBy(() -> ObjectKey.of("w".repeat(201)));
  }

  private List<String> leftovers() {
    List<String> found = new ArrayList<>();
    storage.leftovers("", leftover -> found.add(leftover.key().text()));
    return found;
  }
}

package io.holdfast.testkit.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FaultyStorageTest {
  private static final ObjectKey KEY = ObjectKey.of("a/b");
  private static final byte[] CONTENT = "content".getBytes(UTF_8);

  private final Storage below = Storages.memory("below");
  private final FaultyStorage storage = FaultyStorage.over(below, 1);

  @Test
  void passesEverythingOnWithoutFaults() {
    storage.create(KEY, CONTENT);
    byte[] range = new byte[3];
    storage.read(KEY, 2, range, 0, 3);

    assertThat(storage.read(KEY).content()).isEqualTo(CONTENT);
    assertThat(range).isEqualTo("nte".getBytes(UTF_8));
    assertThat(storage.calls()).isEqualTo(3);
    assertThat(storage.mutations()).isEqualTo(1);
    assertThat(storage.calls(Call.READ)).isEqualTo(1);
  }

  @Test
  void failsBeforeTheEffectAndAfterIt() {
    storage.failing(1, Fault.ERROR_BEFORE).failing(Call.CREATE, 2, Fault.ERROR_AFTER);

    assertThatThrownBy(() -> storage.create(KEY, CONTENT)).isInstanceOf(InjectedFault.class);
    assertThat(below.stat(KEY)).isEmpty();
    assertThatThrownBy(() -> storage.create(KEY, CONTENT)).isInstanceOf(InjectedFault.class);
    assertThat(below.read(KEY).content()).isEqualTo(CONTENT);
    assertThat(storage.spent()).isTrue();
  }

  @Test
  void timesOutAsSocketsDo() {
    storage.failing(Call.STAT, 1, Fault.TIME_OUT);

    assertThatThrownBy(() -> storage.stat(KEY)).hasCauseInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void tearsAndFlipsSilently() throws Exception {
    below.create(KEY, CONTENT);
    storage
        .failing(Call.READ, 1, Fault.TORN)
        .failing(Call.READ, 2, Fault.FLIPPED_BIT)
        .failing(Call.STREAM, 1, Fault.TORN)
        .failing(Call.READ_RANGE, 1, Fault.TORN)
        .failing(Call.CREATE, 1, Fault.FLIPPED_BIT);

    assertThat(storage.read(KEY).content()).hasSizeLessThan(CONTENT.length);
    assertThat(differentBits(storage.read(KEY).content())).isEqualTo(1);
    assertThat(storage.stream(KEY, 0).readAllBytes()).hasSizeLessThan(CONTENT.length);
    byte[] range = new byte[CONTENT.length];
    storage.read(KEY, 0, range, 0, range.length);
    assertThat(range).isNotEqualTo(CONTENT).endsWith(0);
    storage.create(KEY.child("x"), CONTENT);
    assertThat(differentBits(below.read(KEY.child("x")).content())).isEqualTo(1);
  }

  @Test
  void listsAsItWasBefore() {
    storage.create(KEY, CONTENT);
    storage.create(ObjectKey.of("a/c"), CONTENT);
    storage.failing(Call.LIST, 1, Fault.STALE_LIST).failing(Call.LIST, 2, Fault.STALE_LIST);

    assertThat(listed()).containsExactly("a/b");
    storage.delete(KEY);
    assertThat(listed()).containsExactly("a/b", "a/c");
    assertThat(listed()).containsExactly("a/c");
  }

  @Test
  void doesNothingAnyMoreOnceDead() {
    storage.failingMutation(2, Fault.DEATH_AFTER);
    storage.create(KEY, CONTENT);

    assertThatThrownBy(() -> storage.create(ObjectKey.of("a/c"), CONTENT))
        .isInstanceOf(InjectedFault.class);
    assertThatThrownBy(() -> storage.delete(KEY)).isInstanceOf(InjectedFault.class);
    assertThatThrownBy(() -> storage.stat(KEY)).isInstanceOf(InjectedFault.class);
    storage.heal();
    assertThat(listed()).containsExactly("a/b", "a/c");
  }

  @Test
  void failsInsideWriters() {
    storage.failing(Call.COMMIT, 1, Fault.ERROR_BEFORE);
    try (ObjectWriter writer = storage.write(KEY)) {
      writer.write(CONTENT, 1, 3);
      assertThat(writer.position()).isEqualTo(3);
      assertThatThrownBy(writer::commit).isInstanceOf(InjectedFault.class);
    }

    assertThat(below.stat(KEY)).isEmpty();
    assertThat(storage.calls(Call.APPEND)).isEqualTo(1);
  }

  @Test
  void callsBackBeforeEveryChange() {
    List<String> told = new ArrayList<>();
    storage.before((number, call, what) ->
        told.add(number + " " + call + " " + what + " " + below.stat(KEY).isPresent()));
    storage.create(KEY, CONTENT);
    storage.read(KEY);
    storage.delete(KEY);

    assertThat(told).containsExactly("1 CREATE a/b false", "2 DELETE a/b true");
  }

  private List<String> listed() {
    List<String> keys = new ArrayList<>();
    storage.list("a", found -> keys.add(found.key().text()));
    return keys;
  }

  private static int differentBits(byte[] found) {
    BitSet bits = BitSet.valueOf(found);
    bits.xor(BitSet.valueOf(CONTENT));
    return bits.cardinality();
  }
}

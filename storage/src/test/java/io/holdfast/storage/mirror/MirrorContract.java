package io.holdfast.storage.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageContract;
import io.holdfast.storage.Storages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A mirror keeps what one site keeps, and at the end both sites hold the same. */
abstract class MirrorContract extends StorageContract {
  private final List<String> warnings = new ArrayList<>();
  private Storage one;
  private Storage other;

  MirrorContract(Storage one, Storage other) {
    this.one = one;
    this.other = other;
  }

  final void between(Storage first, Storage second) {
    one = first;
    other = second;
  }

  @Override
  protected Storage open() {
    return Storages.mirror(
        List.of(new Site("one", one, true), new Site("other", other, false)),
        TestPlacement.unchecked(),
        warnings::add,
        Patience.USUAL);
  }

  @AfterEach
  final void bothSitesHoldTheSame() {
    assertThat(warnings).isEmpty();
    assertThat(keys(other)).isEqualTo(keys(one));
    one.list(
        "",
        stat ->
            assertThat(Arrays.equals(content(one, stat), content(other, stat)))
                .as(stat.key().text())
                .isTrue());
  }

  private static byte[] content(Storage storage, ObjectStat stat) {
    byte[] content = new byte[(int) stat.size()];
    storage.read(stat.key(), 0, content, 0, content.length);
    return content;
  }

  private static List<String> keys(Storage storage) {
    List<String> keys = new ArrayList<>();
    storage.list("", stat -> keys.add(stat.key().text()));
    return keys;
  }
}

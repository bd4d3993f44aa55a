package io.holdfast.storage.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ReadingStorageTest {
  private static final ObjectKey KEY = ObjectKey.of("wal/1");
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(200), Duration.ofMillis(300), Duration.ofDays(1));

  private final BrittleStorage nas = new BrittleStorage("nas");
  private final BrittleStorage offsite = new BrittleStorage("offsite");
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private Storage storage = Storages.memory("none");

  @BeforeEach
  void open() {
    for (Storage site : List.of(nas, offsite)) {
      site.create(TestPlacement.IDENTITY, bytes("ours"));
    }
    storage =
        Storages.reading(
            List.of(new Site("nas", nas, true), new Site("offsite", offsite, false)),
            TestPlacement.checked(),
            warnings::add,
            SHORT);
  }

  @AfterEach
  void close() {
    nas.comeBack();
    offsite.comeBack();
    storage.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private List<String> listed(String prefix) {
    List<String> keys = new ArrayList<>();
    storage.list(prefix, found -> keys.add(found.key().text()));
    return keys;
  }

  @Test
  void listsWhatAnySiteHasInOrderAndEachOnce() {
    for (int i = 0; i < 1000; i++) {
      String name = String.format("wal/%05d", i);
      if (i % 3 != 0) {
        nas.create(ObjectKey.of(name), bytes("x"));
      }
      if (i % 3 != 1) {
        offsite.create(ObjectKey.of(name), bytes("x"));
      }
    }
    offsite.create(ObjectKey.of("primary/lease"), bytes("of that site"));

    assertThat(listed("wal")).hasSize(1000).isSorted().doesNotHaveDuplicates();
    assertThat(listed("")).doesNotContain("primary/lease");
  }

  @Test
  void readsFromWhicheverSiteIsThere() throws IOException {
    offsite.create(KEY, bytes("content"));
    nas.goDown();

    assertThat(storage.read(KEY).content()).isEqualTo(bytes("content"));
    assertThat(storage.stat(KEY)).isPresent();
    assertThat(listed("wal")).containsExactly("wal/1");
    try (InputStream in = storage.stream(KEY, 3)) {
      assertThat(in.readAllBytes()).isEqualTo(bytes("tent"));
    }
    assertThat(warnings).singleElement().asString().contains("nas", "could not reach");
  }

  @Test
  void readsWhatOneSiteLostOrHasCutShortFromTheOther() {
    nas.create(KEY, bytes("cont"));
    offsite.create(KEY, bytes("content"));
    offsite.create(ObjectKey.of("wal/2"), bytes("two"));
    byte[] into = new byte[7];
    storage.read(KEY, 0, into, 0, 7);

    assertThat(into).isEqualTo(bytes("content"));
    assertThat(storage.read(ObjectKey.of("wal/2")).content()).isEqualTo(bytes("two"));
    assertThat(warnings).hasSize(2).allMatch(line -> line.contains("from site offsite"));
  }

  @Test
  void saysMissingOnlyIfItIs() {
    assertThatThrownBy(() -> storage.read(KEY)).isInstanceOf(ObjectMissingException.class);
    offsite.goDown();
    assertThatThrownBy(() -> storage.read(KEY))
        .as("the primary tells, for it is written to first")
        .isInstanceOf(ObjectMissingException.class);
    offsite.comeBack();
    nas.goDown();
    assertThatThrownBy(() -> storage.read(KEY))
        .as("the other may only not have it yet")
        .isInstanceOf(StorageException.class)
        .isNotInstanceOf(ObjectMissingException.class);
  }

  @Test
  void whatOnlyASiteHasThatWasLeftOutForGoodIsMissing() {
    offsite.create(KEY, bytes("content"));
    nas.create(ObjectKey.of("wal/2"), bytes("two"));
    nas.goDown();
    assertThat(listed("wal")).containsExactly("wal/1");

    assertThat(storage.copies().leftOut()).containsExactly("nas");
    storage.copies().leaveOut(List.of("nas"));

    assertThatThrownBy(() -> storage.read(ObjectKey.of("wal/2")))
        .isInstanceOf(ObjectMissingException.class);
    nas.comeBack();
    assertThat(storage.stat(ObjectKey.of("wal/2"))).isEmpty();
    assertThat(listed("wal")).containsExactly("wal/1");
    offsite.goDown();
    assertThatThrownBy(() -> storage.read(ObjectKey.of("wal/2")))
        .as("a site in trouble still makes nothing missing")
        .isInstanceOf(StorageException.class)
        .isNotInstanceOf(ObjectMissingException.class);
  }

  @Test
  void noSiteIsLeftOutForGoodThatIsThereOrWhereNoneIs() {
    nas.create(ObjectKey.of("wal/2"), bytes("two"));
    assertThat(storage.copies().leftOut()).isEmpty();
    storage.copies().leaveOut(List.of());
    assertThat(listed("wal")).containsExactly("wal/2");
    nas.goDown();
    offsite.goDown();
    assertThatThrownBy(() -> listed("wal")).hasMessageContaining("could not reach");
    storage.copies().leaveOut(storage.copies().leftOut());
    assertThatThrownBy(() -> storage.stat(KEY)).hasMessageContaining("could not reach");
  }

  /** A directory that is not mounted looks like an empty site. */
  @Test
  void takesAnEmptySiteForNone() {
    nas.delete(TestPlacement.IDENTITY);
    offsite.create(KEY, bytes("content"));

    assertThat(storage.read(KEY).content()).isEqualTo(bytes("content"));
    assertThat(warnings).singleElement().asString().contains("nas", "found no repository");
    offsite.goDown();
    assertThatThrownBy(() -> storage.read(ObjectKey.of("wal/2")))
        .isNotInstanceOf(ObjectMissingException.class);
  }

  @Test
  void givesUpASiteThatHangs() {
    offsite.create(KEY, bytes("content"));
    assertThat(storage.copies().sites()).hasSize(2);
    nas.hang();

    assertThat(listed("wal")).containsExactly("wal/1");
    assertThat(storage.read(KEY).content()).isEqualTo(bytes("content"));
    assertThat(warnings).singleElement().asString().contains("nas", "hangs");
  }

  @Test
  void failsWhenNoSiteIsThere() {
    nas.goDown();
    offsite.goDown();

    assertThatThrownBy(() -> listed("wal")).hasMessageContaining("could not reach");
    assertThatThrownBy(() -> storage.stat(KEY)).hasMessageContaining("could not reach");
  }

  @Test
  void changesNothing() {
    assertThatThrownBy(() -> storage.create(KEY, bytes("x")))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("read only");
    assertThatThrownBy(() -> storage.delete(TestPlacement.IDENTITY))
        .isInstanceOf(HoldfastException.class);
  }
}

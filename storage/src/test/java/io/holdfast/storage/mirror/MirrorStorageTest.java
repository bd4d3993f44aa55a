package io.holdfast.storage.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectMissingException;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Placement;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MirrorStorageTest {
  private static final ObjectKey PACK = ObjectKey.of("packs/1");
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(200), Duration.ofMillis(300), NEVER);
  private static final Patience WITHOUT_REST =
      new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ZERO);

  private final BrittleStorage nas = new BrittleStorage("nas");
  private final BrittleStorage offsite = new BrittleStorage("offsite");
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  @AfterEach
  void nothingHangs() {
    nas.comeBack();
    offsite.comeBack();
  }

  private Storage mirror(boolean required, Placement placement, Patience patience) {
    return Storages.mirror(
        List.of(new Site("nas", nas, true), new Site("offsite", offsite, required)),
        placement,
        warnings::add,
        patience);
  }

  private Storage catchingUp() {
    return mirror(false, TestPlacement.unchecked(), new Patience(NEVER, NEVER, NEVER));
  }

  private Storage required() {
    return mirror(true, TestPlacement.unchecked(), WITHOUT_REST);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void write(Storage storage, ObjectKey key, byte[] content) {
    try (ObjectWriter writer = storage.write(key)) {
      for (int at = 0; at < content.length; at += 10_000) {
        writer.write(content, at, Math.min(10_000, content.length - at));
      }
      writer.commit();
    }
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  @Test
  void bringsEveryByteToEverySite() {
    byte[] content = content(5_000_000);
    try (Storage storage = catchingUp()) {
      write(storage, PACK, content);
    }

    byte[] found = new byte[content.length];
    offsite.read(PACK, 0, found, 0, found.length);
    assertThat(found).isEqualTo(content);
    assertThat(warnings).isEmpty();
  }

  @Test
  void goesOnWithoutASiteThatIsDownAndSaysSoOnce() {
    offsite.goDown();
    try (Storage storage = catchingUp()) {
      write(storage, PACK, content(1000));
      storage.create(ObjectKey.of("packs/2"), bytes("two"));
      storage.delete(ObjectKey.of("packs/2"));
    }

    assertThat(nas.stat(PACK)).isPresent();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("offsite", "memory:offsite", "could not reach", "holdfast sync offsite");
  }

  @Test
  void failsWithoutASiteThatIsRequired() {
    try (Storage storage = required()) {
      offsite.goDown();

      assertThatThrownBy(() -> write(storage, PACK, content(1000)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("offsite")
          .hasMessageContaining("required")
          .hasMessageContaining("could not reach");
    }
  }

  @Test
  void takesASiteBackAfterItsRest() {
    try (Storage storage = mirror(false, TestPlacement.unchecked(), WITHOUT_REST)) {
      offsite.goDown();
      write(storage, PACK, content(1000));
      offsite.comeBack();
      write(storage, ObjectKey.of("packs/2"), content(1000));
    }

    assertThat(offsite.stat(PACK)).isEmpty();
    assertThat(offsite.stat(ObjectKey.of("packs/2"))).isPresent();
    assertThat(warnings).last().asString().contains("is back", "holdfast sync offsite");
  }

  @Test
  void doesNotWaitForASiteThatHangsLongerThanItsPatience() {
    try (Storage storage = mirror(false, TestPlacement.unchecked(), SHORT)) {
      try (ObjectWriter writer = storage.write(PACK)) {
        byte[] content = content(1 << 20);
        writer.write(content, 0, content.length);
        offsite.hang();
        for (int i = 0; i < 8; i++) {
          writer.write(content, 0, content.length);
        }
        writer.commit();
      }
      storage.create(ObjectKey.of("packs/2"), bytes("two"));
    }

    assertThat(nas.stat(PACK).orElseThrow().size()).isEqualTo(9L << 20);
    assertThat(nas.stat(ObjectKey.of("packs/2"))).isPresent();
    assertThat(warnings).singleElement().asString().contains("offsite", "hangs");
  }

  @Test
  void failsWhenARequiredSiteHangs() {
    try (Storage storage = mirror(true, TestPlacement.unchecked(), SHORT)) {
      offsite.hang();

      assertThatThrownBy(() -> storage.create(PACK, bytes("x")))
          .hasMessageContaining("offsite")
          .hasMessageContaining("hangs");
    }
  }

  @Test
  void neverOverwritesOtherBytesOnAFurtherSite() {
    offsite.create(PACK, bytes("others"));
    try (Storage storage = required()) {
      assertThatThrownBy(() -> write(storage, PACK, bytes("ours!!")))
          .hasMessageContaining("offsite")
          .hasMessageContaining("other bytes");
    }

    assertThat(offsite.read(PACK).content()).isEqualTo(bytes("others"));
  }

  @Test
  void takesTheSameBytesOnAFurtherSiteForStored() {
    offsite.create(PACK, bytes("ours"));
    offsite.create(ObjectKey.of("packs/2"), bytes("two"));
    try (Storage storage = required()) {
      write(storage, PACK, bytes("ours"));
      storage.create(ObjectKey.of("packs/2"), bytes("two"));
    }

    assertThat(warnings).isEmpty();
  }

  /** Whoever repeats a failed write is told "exists", and takes that for success. */
  @Test
  void bringsWhatThePrimaryHoldsToARequiredSiteBeforeItSaysThatItExists() {
    nas.create(PACK, bytes("held by the primary alone"));
    nas.create(ObjectKey.of("packs/2"), bytes("two"));
    try (Storage storage = required()) {
      assertThatThrownBy(() -> write(storage, PACK, bytes("sealed anew")))
          .isInstanceOf(ObjectExistsException.class);
      assertThatThrownBy(() -> storage.create(ObjectKey.of("packs/2"), bytes("again")))
          .isInstanceOf(ObjectExistsException.class);
    }

    assertThat(offsite.read(PACK).content()).isEqualTo(bytes("held by the primary alone"));
    assertThat(offsite.read(ObjectKey.of("packs/2")).content()).isEqualTo(bytes("two"));
  }

  @Test
  void doesNotSayThatAKeyExistsWhileARequiredSiteCannotHaveIt() {
    nas.create(PACK, bytes("held by the primary alone"));
    try (Storage storage = required()) {
      offsite.goDown();

      assertThatThrownBy(() -> write(storage, PACK, bytes("again")))
          .isNotInstanceOf(ObjectExistsException.class)
          .hasMessageContaining("required");
    }
  }

  @Test
  void leavesFurtherSitesAloneWhenThePrimaryFails() {
    try (Storage storage = catchingUp()) {
      ObjectWriter writer = storage.write(PACK);
      writer.write(bytes("x"), 0, 1);
      nas.goDown();
      assertThatThrownBy(writer::commit).hasMessageContaining("could not reach memory:nas");
      writer.close();
      assertThatThrownBy(() -> storage.create(ObjectKey.of("packs/2"), bytes("x")))
          .hasMessageContaining("could not reach memory:nas");
    }

    offsite.list("", stat -> assertThat(stat).isNull());
  }

  @Test
  void keepsLeasesAndWhatNamesOtherThingsOnThePrimary() {
    try (Storage storage = catchingUp()) {
      storage.create(ObjectKey.of("primary/lease"), bytes("x"));
      storage.create(ObjectKey.of("complete/manifest"), bytes("x"));
    }

    offsite.list("", stat -> assertThat(stat).isNull());
  }

  @Test
  void bringsDocumentsToWhatTheyAreOnThePrimary() {
    ObjectKey key = ObjectKey.of("documents/card");
    nas.create(key, bytes("one"));
    try (Storage storage = catchingUp()) {
      storage.replace(key, storage.read(key).version(), bytes("two"));
      assertThat(offsite.read(key).content()).isEqualTo(bytes("two"));
      storage.replace(key, storage.read(key).version(), bytes("three"));
      assertThat(offsite.read(key).content()).isEqualTo(bytes("three"));
      storage.delete(key);
    }

    assertThat(offsite.stat(key)).isEmpty();
  }

  @Test
  void deletesOnFurtherSitesOnlyWhatAWriterTakesBack() {
    ObjectKey kept = ObjectKey.of("kept/segment");
    try (Storage storage = catchingUp()) {
      storage.create(PACK, bytes("x"));
      storage.create(kept, bytes("x"));
      storage.delete(PACK);
      storage.delete(kept);
    }

    assertThat(nas.stat(kept)).isEmpty();
    assertThat(offsite.stat(kept)).isPresent();
    assertThat(offsite.stat(PACK)).isEmpty();
  }

  @Test
  void touchesNoSiteThatIsEmptyOrAnothers() {
    nas.create(TestPlacement.IDENTITY, bytes("ours"));
    try (Storage storage = mirror(false, TestPlacement.checked(), SHORT)) {
      storage.create(PACK, bytes("x"));
    }
    assertThat(offsite.stat(PACK)).isEmpty();
    assertThat(warnings).singleElement().asString().contains("whose.json", "found no repository");

    offsite.create(TestPlacement.IDENTITY, bytes("theirs"));
    try (Storage storage = mirror(true, TestPlacement.checked(), SHORT)) {
      assertThatThrownBy(() -> storage.create(ObjectKey.of("packs/2"), bytes("x")))
          .hasMessageContaining("ours")
          .hasMessageContaining("theirs");
    }
    assertThat(offsite.stat(ObjectKey.of("packs/2"))).isEmpty();
  }

  /** A backup that took over what only another site has would be none on the primary. */
  @Test
  void readsFromThePrimaryAlone() {
    offsite.create(PACK, bytes("content"));
    try (Storage storage = catchingUp()) {
      assertThatThrownBy(() -> storage.read(PACK)).isInstanceOf(ObjectMissingException.class);
      assertThat(storage.stat(PACK)).isEmpty();
      assertThat(storage.copies().sites()).isEmpty();
    }
  }

  @Test
  void leavesOutASiteOnlyForItsOwnFailures() {
    AtomicInteger asked = new AtomicInteger();
    try (Storage storage = catchingUp()) {
      storage.copies().onFurther("look at", site -> asked.incrementAndGet());
      storage
          .copies()
          .onFurther(
              "announce",
              site -> {
                throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, "it lacks something");
              });
      storage.copies().onFurther("look at", site -> asked.incrementAndGet());
    }

    assertThat(asked).hasValue(2);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("could not announce on site offsite", "it lacks something");
  }
}

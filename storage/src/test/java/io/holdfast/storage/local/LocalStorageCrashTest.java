package io.holdfast.storage.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.storage.TemporaryName;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalStorageCrashTest {
  @TempDir Path root;
  private Storage storage;

  @SuppressWarnings("NullAway.Init") // set before each test
  LocalStorageCrashTest() {}

  @BeforeEach
  void open() {
    storage = Storages.local(root);
  }

  @Test
  void leavesNothingVisibleButARemovableLeftoverOfAKilledWriter() throws Exception {
    Process child = ChildWriter.start(List.of(), root, "packs/a/1.pack", Integer.MAX_VALUE);
    try (BufferedReader out = child.inputReader()) {
      assertThat(out.readLine()).isEqualTo("writing");
      assertThat(leftovers("")).as("while it lives").isEmpty();
    } finally {
      child.destroyForcibly().waitFor();
    }

    assertThat(objects()).isEmpty();
    List<ObjectStat> found = leftovers("packs");
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().key().text()).startsWith("packs/a/unfinished.");
    assertThat(found.getFirst().size()).isPositive();
    assertThat(leftovers("elsewhere")).isEmpty();

    storage.deleteLeftover(found.getFirst());
    storage.deleteLeftover(found.getFirst());
    assertThat(leftovers("")).isEmpty();
    assertThat(root.resolve("packs")).as("what only it used").doesNotExist();
  }

  @Test
  void losesNoUpdateOfRacingProcesses() throws Exception {
    ObjectKey key = ObjectKey.of("counter");
    storage.create(key, "0".getBytes(UTF_8));
    List<Process> children = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        children.add(ChildWriter.start(List.of(), root, key.text(), 0));
      }
      ChildWriter.count(storage, key);
      for (Process child : children) {
        assertThat(child.waitFor()).isZero();
      }
    } finally {
      children.forEach(Process::destroyForcibly);
    }

    assertThat(new String(storage.read(key).content(), UTF_8))
        .isEqualTo(Integer.toString(3 * ChildWriter.COUNTS));
  }

  @Test
  void publishesNothingWhenAWriteFails() throws Exception {
    // A limit of 512 blocks of 1 KiB works for every user, unlike a small disk.
    List<String> limited = List.of("bash", "-c", "ulimit -f 512 && exec \"$@\"", "limited");
    Process child = ChildWriter.start(limited, root, "packs/1.pack", 4);
    String out = new String(child.getInputStream().readAllBytes(), UTF_8);

    assertThat(child.waitFor()).isZero();
    assertThat(out)
        .startsWith("failed: could not write packs/1.pack")
        .contains(root.toString())
        .contains("File too large");
    assertThat(objects()).isEmpty();
    assertThat(leftovers("")).isEmpty();
    assertThat(root.resolve("packs")).doesNotExist();
  }

  @Test
  void holdsAWriterElsewhereForDeadOnlyAfterADayOfSilence() throws Exception {
    String name = "~unfinished.0123456789ab.1.1.1";
    Path file = Files.write(Files.createDirectories(root.resolve("packs")).resolve(name), bytes());

    assertThat(leftovers("")).isEmpty();
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.now().minus(Duration.ofHours(24).plusMinutes(1))));
    assertThat(leftovers("")).hasSize(1);
    storage.deleteLeftover(leftovers("").getFirst());
    assertThat(file).doesNotExist();
  }

  @Test
  void holdsAReusedProcessIdForDead() throws Exception {
    TemporaryName ours = TemporaryName.next();
    TemporaryName before =
        new TemporaryName(ours.place(), ours.pid(), ours.start() - 1, ours.number());
    Files.write(root.resolve(before.fileName()), bytes());
    Files.write(root.resolve(ours.fileName()), bytes());

    assertThat(leftovers(""))
        .extracting(found -> found.key().text())
        .containsExactly(before.keyName());
  }

  @Test
  void removesNothingButLeftoversAsLeftovers() {
    storage.create(ObjectKey.of("a/b"), bytes());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> storage.deleteLeftover(storage.stat(ObjectKey.of("a/b")).orElseThrow()));
    assertThat(objects()).containsExactly("a/b");
  }

  private static byte[] bytes() {
    return new byte[] {1, 2, 3};
  }

  private List<String> objects() {
    List<String> keys = new ArrayList<>();
    storage.list("", found -> keys.add(found.key().text()));
    return keys;
  }

  private List<ObjectStat> leftovers(String prefix) {
    List<ObjectStat> found = new ArrayList<>();
    storage.leftovers(prefix, found::add);
    return found;
  }
}

package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.CLOCK;
import static io.holdfast.repository.SampleRepository.backup;
import static io.holdfast.repository.SampleRepository.bytes;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.overwrite;
import static io.holdfast.repository.SampleRepository.read;
import static io.holdfast.repository.SampleRepository.reopen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kind of object is mutilated at random, in all the ways in which files go wrong. Whatever is
 * done with the repository then: it gives what was written, or a failure that is ours.
 */
final class MutationTest {
  private static final int ROUNDS = 60;

  private final Storage storage = Storages.memory("mutations");
  private final byte[] first = content(3000, 1);
  private final byte[] second = content(40_000, 2);
  private final byte[] segment = content(20_000, 3);
  private final byte[] card = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

  private void fill(boolean encrypted) {
    try (Repository repository = found(storage, encrypted)) {
      ClusterArchive cluster = repository.cluster("main");
      backup(cluster, id(1), first, second);
      cluster.objects("wal").put("1/segment", segment, 0, segment.length, Map.of("tli", "1"));
      cluster.putDocument("cluster", card);
      cluster.acquire("backup", LeaseOptions.of("to be mutilated"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMutilatedObjectGivesWhatWasWrittenOrAFailure(boolean encrypted) {
    fill(encrypted);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<String> objects = keys(storage, "");
    assertThat(objects).hasSize(encrypted ? 8 : 7);
    for (String object : objects) {
      byte[] whole = read(storage, object);
      for (int round = 0; round < ROUNDS; round++) {
        byte[] other = read(storage, objects.get(random.nextInt(objects.size())));
        byte[] mutilated = mutilate(whole, other, random);
        overwrite(storage, object, mutilated);
        assertThatCode(() -> useAll(encrypted))
            .as("seed %d, round %d of %s", seed, round, object)
            .doesNotThrowAnyException();
      }
      overwrite(storage, object, whole);
    }
    useAll(encrypted);
  }

  private static byte[] mutilate(byte[] whole, byte[] other, Random random) {
    int at = random.nextInt(whole.length);
    int to = at + random.nextInt(whole.length - at + 1);
    return switch (random.nextInt(7)) {
      case 0 -> flipped(whole, random);
      case 1 -> Arrays.copyOf(whole, at);
      case 2 -> filled(whole, at, to, (byte) (random.nextBoolean() ? 0 : 0xFF));
      case 3 -> joined(Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, to, whole.length));
      case 4 -> joined(Arrays.copyOf(whole, to), Arrays.copyOfRange(whole, at, whole.length));
      case 5 -> joined(Arrays.copyOf(whole, at), other);
      default -> noise(random);
    };
  }

  private static byte[] flipped(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static byte[] filled(byte[] whole, int from, int to, byte value) {
    byte[] bytes = whole.clone();
    Arrays.fill(bytes, from, to, value);
    return bytes;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] bytes = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, bytes, one.length, other.length);
    return bytes;
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(5000)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Each use on its own, for the first that fails must not hide the others. */
  private void useAll(boolean encrypted) {
    orFailure(() -> {
      try (Repository repository = reopen(storage, encrypted)) {
        repository.keySlots().ifPresent(KeySlots::list);
        ClusterArchive cluster = repository.cluster("main");
        assertThat(cluster.backupIds()).containsExactly(id(1));
        orFailure(() -> useBackup(cluster.open(id(1)), cluster));
        orFailure(() -> assertThat(cluster.document("cluster")).contains(card));
        // In clear and sealed by nobody: another expiry is believed, and then nobody holds it.
        orFailure(() -> cluster.holder("backup"));
        orFailure(() -> cluster.orphans(orphan -> {}));
        useWal(cluster.objects("wal"));
      }
    });
  }

  private void useBackup(BackupReader backup, ClusterArchive cluster) {
    assertThat(backup.manifest().finished()).isEqualTo(CLOCK.instant().plusSeconds(5));
    for (Manifest.PackUse use : backup.manifest().packs()) {
      orFailure(() -> cluster.scan(use.pack()));
    }
    List<StoredFile> files = files(backup);
    try (ChunkReader chunks = backup.openReader()) {
      orFailure(() -> assertThat(bytes(chunks, files.get(0))).isEqualTo(first));
      orFailure(() -> assertThat(bytes(chunks, files.get(1))).isEqualTo(second));
    }
  }

  private void useWal(SealedObjects wal) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    orFailure(() -> {
      wal.get("1/segment", content);
      assertThat(content.toByteArray()).isEqualTo(segment);
    });
    orFailure(() -> assertThat(wal.find("1/segment").orElseThrow().length()).isEqualTo(20_000));
    orFailure(() ->
        assertThat(wal.put("1/segment", segment, 0, segment.length, Map.of("tli", "1")))
            .isEqualTo(SealedObjects.Put.SAME_ALREADY_THERE));
  }

  private static void orFailure(Runnable use) {
    try {
      use.run();
    } catch (HoldfastException e) {
      assertThat(e.getMessage()).contains("could not");
    }
  }
}

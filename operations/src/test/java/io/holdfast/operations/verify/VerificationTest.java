package io.holdfast.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.backup.BackupOutcome;
import io.holdfast.operations.backup.BackupRig;
import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.backup.Backups;
import io.holdfast.operations.status.Status;
import io.holdfast.operations.verify.VerifyReport.Verdict;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.SealedObject;
import io.holdfast.repository.SealedObjects;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.storage.Call;
import io.holdfast.testkit.storage.FaultyStorage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One healthy repository, and copies of it that differ from it in one thing each: every check
 * speaks on its own mutation and is silent on the healthy one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerificationTest {
  private Path folder = Path.of("");
  private Path healthy = Path.of("");
  private BackupId first = new BackupId("20000101T000000Z-aaaa");
  private String firstSegment = "";
  private BackupId damagedAtSource = first;

  @BeforeAll
  void makeBackups(@TempDir Path temporary) throws IOException {
    folder = temporary;
    healthy = folder.resolve("healthy");
    try (BackupRig rig = new BackupRig(Storages.local(healthy));
        TestCluster server = TestCluster.of(PostgresMajor.newest()).start()) {
      server.sql(
          "CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 20000) g",
          "CREATE TABLE u AS SELECT g FROM generate_series(1, 1000) g",
          "CHECKPOINT");
      BackupOutcome outcome = rig.backUp(server);
      first = outcome.manifest().id();
      firstSegment = outcome.details().parsedLabel().startSegment();
      String path = server.query("SELECT pg_relation_filepath('t')");
      server.stop();
      spoil(server.dataDirectory().resolve(path), 3 * 8192 + 4000);
      server.start();
      BackupOutcome second = rig.backUp(server, change -> change.full = true);
      damagedAtSource = second.manifest().id();
    }
  }

  @Test
  void aHealthyBackupHoldsOnBothRungs() {
    VerifyReport stored = verify(healthy, VerifyRequest.stored().only(List.of(first)));
    VerifyReport intact = verify(healthy, VerifyRequest.intact().only(List.of(first)));

    assertThat(stored.status()).isEqualTo(ExitStatus.DONE);
    assertThat(stored.backups().getFirst().claim()).isEqualTo("stored");
    assertThat(stored.figures().bytesRead()).isZero();
    assertThat(intact.status()).isEqualTo(ExitStatus.DONE);
    assertThat(intact.faults()).isEmpty();
    assertThat(intact.backups().getFirst().claim()).isEqualTo("intact");
    assertThat(intact.figures().pagesChecked()).isGreaterThan(1000);
    assertThat(intact.figures().walFilesRead()).isPositive();
    assertThat(intact.notes()).isEmpty();
  }

  @Test
  void aPageThatWasDamagedInTheSourceIsNotCalledIntact() {
    VerifyReport report = verify(healthy, VerifyRequest.intact());

    assertThat(report.status()).isEqualTo(ExitStatus.NO);
    assertThat(report.backups())
        .extracting(VerifyReport.BackupVerdict::verdict)
        .containsExactly(Verdict.HOLDS, Verdict.FAULTY);
    assertThat(report.faults())
        .singleElement()
        .satisfies(fault -> {
          assertThat(fault.kind()).isEqualTo(Fault.Kind.PAGE);
          assertThat(fault.backups()).containsExactly(damagedAtSource);
          assertThat(fault.findings()).containsExactly("block 3 has a wrong checksum");
        });
  }

  @Test
  void aFlippedBitIsFoundByReadingAndNamesTheFilesItTouches() throws IOException {
    Path copy = copy("flipped");
    Path pack = object(copy, isPackOf(first));
    spoil(pack, Files.size(pack) / 2);

    assertThat(verify(copy, VerifyRequest.stored().only(List.of(first))).status())
        .isEqualTo(ExitStatus.DONE);
    VerifyReport report = verify(copy, VerifyRequest.intact().only(List.of(first)));

    assertThat(report.status()).isEqualTo(ExitStatus.NO);
    assertThat(report.faults())
        .singleElement()
        .satisfies(fault -> {
          assertThat(fault.kind()).isEqualTo(Fault.Kind.PACK);
          assertThat(fault.findingsTotal()).isEqualTo(1);
          assertThat(fault.files()).isNotEmpty();
          assertThat(fault.backups()).containsExactly(first);
        });
  }

  @Test
  void theVeryLastByteOfAPackCounts() throws IOException {
    Path copy = copy("end");
    Path pack = object(copy, isPackOf(first));
    spoil(pack, Files.size(pack) - 1);

    VerifyReport report = verify(copy, VerifyRequest.intact().only(List.of(first)));

    assertThat(report.status()).isEqualTo(ExitStatus.NO);
    assertThat(report.faults())
        .singleElement()
        .satisfies(f -> assertThat(f.kind()).isEqualTo(Fault.Kind.PACK));
  }

  /** Every byte is what was archived, and no server could replay it. */
  @Test
  void walThatWasBrokenWhenItWasArchivedIsFoundByItsRecords() throws IOException {
    Path copy = copy("broken");
    try (Storage storage = Storages.local(copy);
        Repository repository =
            Repository.open(storage, new KeySource.None(), InstantSource.system())) {
      SealedObjects wal = repository.cluster("main").objects("wal");
      List<String> names = new ArrayList<>();
      wal.list("", entry -> names.add(entry.name()));
      String name =
          names.stream().filter(n -> n.endsWith("/" + firstSegment)).findAny().orElseThrow();
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      SealedObject head = wal.get(name, content).orElseThrow();
      byte[] bytes = content.toByteArray();
      Arrays.fill(bytes, 100, bytes.length, (byte) 0);
      wal.delete(name);
      wal.put(name, bytes, 0, bytes.length, head.attributes());
    }

    VerifyReport ofBackup = verify(copy, VerifyRequest.intact().only(List.of(first)));
    assertThat(ofBackup.status()).isEqualTo(ExitStatus.NO);
    assertThat(ofBackup.faults())
        .singleElement()
        .satisfies(f -> assertThat(f.findings().getFirst()).contains("expected records up to"));

    VerifyReport ofArchive =
        verify(copy, VerifyRequest.stored().only(List.of(first)).withWalArchive());
    assertThat(ofArchive.status()).isEqualTo(ExitStatus.NO);
    assertThat(ofArchive.faults())
        .singleElement()
        .satisfies(f -> assertThat(f.findings().getFirst()).contains("which follows it"));
  }

  @Test
  void aMissingPackIsFoundWithoutReading() throws IOException {
    Path copy = copy("missing");
    Files.delete(object(copy, isPackOf(first)));

    VerifyReport report = verify(copy, VerifyRequest.stored());

    assertThat(report.status()).isEqualTo(ExitStatus.NO);
    assertThat(report.faults())
        .singleElement()
        .satisfies(f -> assertThat(f.findings().getFirst()).contains("no such object"));
    assertThat(report.backups())
        .extracting(VerifyReport.BackupVerdict::verdict)
        .containsExactly(Verdict.FAULTY, Verdict.HOLDS);
  }

  @Test
  void aPackThatWasCutShortIsFoundWithoutReading() throws IOException {
    Path copy = copy("short");
    Path pack = object(copy, isPackOf(first));
    try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }

    assertThat(verify(copy, VerifyRequest.stored()).faults())
        .singleElement()
        .satisfies(f -> assertThat(f.findings().getFirst()).contains("bytes, found"));
  }

  @Test
  void missingWalMakesItsBackupFaulty() throws IOException {
    Path copy = copy("nowal");
    // Parts of it may still lie beside the whole segment, and stand for it.
    try (Stream<Path> walk = Files.walk(copy)) {
      for (Path each : walk.filter(Files::isRegularFile).toList()) {
        if (each.toString().contains(firstSegment)) {
          Files.delete(each);
        }
      }
    }

    VerifyReport report = verify(copy, VerifyRequest.stored());

    assertThat(report.status()).isEqualTo(ExitStatus.NO);
    assertThat(report.faults()).anySatisfy(f -> assertThat(f.kind()).isEqualTo(Fault.Kind.WAL));
  }

  @Test
  void damagedWalIsFoundByReading() throws IOException {
    Path copy = copy("badwal");
    Path segment = object(copy, path -> path.contains(firstSegment));
    spoil(segment, Files.size(segment) / 2);

    assertThat(verify(copy, VerifyRequest.stored()).status()).isEqualTo(ExitStatus.DONE);
    assertThat(verify(copy, VerifyRequest.intact()).faults())
        .anySatisfy(f -> assertThat(f.kind()).isEqualTo(Fault.Kind.WAL));
    assertThat(verify(copy, VerifyRequest.stored().withWalArchive()).faults())
        .singleElement()
        .satisfies(f -> assertThat(f.kind()).isEqualTo(Fault.Kind.WAL));
  }

  @Test
  void aDamagedManifestDoesNotHideTheOtherBackups() throws IOException {
    Path copy = copy("manifest");
    Path manifest = object(copy, path -> path.endsWith(first + ".manifest"));
    spoil(manifest, Files.size(manifest) / 2);

    VerifyReport report = verify(copy, VerifyRequest.stored());

    assertThat(report.backups())
        .extracting(VerifyReport.BackupVerdict::verdict)
        .containsExactly(Verdict.FAULTY, Verdict.HOLDS);
    assertThat(report.faults())
        .anySatisfy(f -> assertThat(f.kind()).isEqualTo(Fault.Kind.MANIFEST));
    assertListsTheOthers(copy);
  }

  /** Another host is a version ahead. */
  @Test
  void aBackupOfANewerVersionIsUnverifiedAndHidesNothing() throws IOException {
    Path copy = copy("newer");
    Path manifest = object(copy, path -> path.endsWith(first + ".manifest"));
    try (FileChannel channel = FileChannel.open(manifest, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {2}), 8);
    }

    VerifyReport report = verify(copy, VerifyRequest.stored());

    assertThat(report.backups())
        .extracting(VerifyReport.BackupVerdict::verdict)
        .containsExactly(Verdict.UNVERIFIED, Verdict.HOLDS);
    assertThat(report.backups().getFirst().why().orElseThrow()).contains("container format");
    assertThat(report.faults()).isEmpty();
    assertThat(report.status()).isEqualTo(ExitStatus.UNVERIFIED);
    assertListsTheOthers(copy);
    try (Storage storage = Storages.local(copy);
        Repository repository =
            Repository.open(storage, new KeySource.None(), InstantSource.system())) {
      assertThat(new Status(repository, InstantSource.system()).of("main").unreadable())
          .containsExactly(first);
    }
  }

  private void assertListsTheOthers(Path copy) {
    List<BackupId> unreadable = new ArrayList<>();
    try (Storage storage = Storages.local(copy);
        Repository repository =
            Repository.open(storage, new KeySource.None(), InstantSource.system())) {
      Backups backups = new Backups(repository.cluster("main"));
      assertThat(backups.list((id, why) -> unreadable.add(id)))
          .extracting(BackupSummary::id)
          .containsExactly(damagedAtSource);
    }
    assertThat(unreadable).containsExactly(first);
  }

  @Test
  void aSampleReadsLessAndSaysSo() {
    VerifyRequest request = VerifyRequest.sample(0.3, 42).only(List.of(first));

    VerifyReport report = verify(healthy, request);

    assertThat(report.status()).isEqualTo(ExitStatus.DONE);
    assertThat(report.backups().getFirst().claim())
        .isEqualTo("intact in a sample of 30% (seed 42)");
    long all = verify(healthy, VerifyRequest.intact().only(List.of(first))).figures().chunksRead();
    assertThat(report.figures().chunksRead()).isPositive().isLessThan(all);
    assertThat(verify(healthy, request).figures()).isEqualTo(report.figures());
  }

  @Test
  void theSmallestSampleReadsSomething() {
    VerifyReport report =
        verify(healthy, VerifyRequest.sample(0.00000007, 42).only(List.of(first)));

    assertThat(report.figures().chunksRead()).isPositive();
    assertThat(report.backups().getFirst().claim())
        .isEqualTo("intact in a sample of 0.000007% (seed 42)");
  }

  @Test
  void whereNoBackupIsNothingIsVerified() throws IOException {
    Path copy = copy("nothing");
    for (BackupId id : List.of(first, damagedAtSource)) {
      Files.delete(object(copy, path -> path.endsWith(id + ".manifest")));
    }

    assertThat(verify(copy, VerifyRequest.stored()).status()).isEqualTo(ExitStatus.UNVERIFIED);
  }

  @Test
  void leftoversAreANoteAndNoFault() throws IOException {
    Path copy = copy("leftover");
    Files.delete(object(copy, path -> path.endsWith(first + ".manifest")));

    VerifyReport report = verify(copy, VerifyRequest.stored());

    assertThat(report.status()).isEqualTo(ExitStatus.DONE);
    assertThat(report.notes()).anyMatch(note -> note.contains("leftovers"));
  }

  @Test
  void aSiteThatCannotBeAskedLeavesTheBackupUnverified() {
    try (Storage storage = Storages.local(healthy)) {
      FaultyStorage faulty =
          FaultyStorage.over(storage, 1)
              .failing(Call.STAT, 1, io.holdfast.testkit.storage.Fault.TIME_OUT);

      VerifyReport report = verify(faulty, VerifyRequest.stored().only(List.of(first)));

      assertThat(faulty.spent()).isTrue();
      assertThat(report.status()).isEqualTo(ExitStatus.UNVERIFIED);
      assertThat(report.faults()).isEmpty();
      assertThat(report.backups().getFirst().why()).isPresent();
    }
  }

  private static VerifyReport verify(Path root, VerifyRequest request) {
    try (Storage storage = Storages.local(root)) {
      return verify(storage, request);
    }
  }

  private static VerifyReport verify(Storage storage, VerifyRequest request) {
    try (Repository repository =
        Repository.open(storage, new KeySource.None(), InstantSource.system())) {
      ClusterArchive cluster = repository.cluster("main");
      return Verification.run(cluster, request, Progress.NONE);
    }
  }

  private static Predicate<String> isPackOf(BackupId id) {
    return path -> path.contains("/packs/" + id);
  }

  private static Path object(Path root, Predicate<String> which) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile)
          .filter(path -> which.test(path.toString()))
          .max(Comparator.comparingLong(path -> path.toFile().length()))
          .orElseThrow();
    }
  }

  private Path copy(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (Stream<Path> walk = Files.walk(healthy)) {
      walk.forEach(path -> {
        try {
          Files.copy(path, copy.resolve(healthy.relativize(path)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
    return copy;
  }

  private static void spoil(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThat(channel.read(one, at)).isEqualTo(1);
      one.put(0, (byte) (one.get(0) ^ 16)).rewind();
      channel.write(one, at);
    }
  }
}

package io.holdfast.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.files.FilesDetails;
import io.holdfast.operations.restore.FilesRestore;
import io.holdfast.operations.verify.Verification;
import io.holdfast.operations.verify.VerifyReport.Verdict;
import io.holdfast.operations.verify.VerifyRequest;
import io.holdfast.postgres.RawPath;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.WriteOptions;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilesBackupTest {
  private static final Instant LONG_AGO = Instant.parse("2020-02-29T12:34:56.789012345Z");

  @TempDir Path folder;
  private final Storage storage = Storages.memory("test");
  private final Repository repository =
      Repository.create(
          storage,
          new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey())),
          "test",
          Instant::now);
  private final ClusterArchive cluster = repository.cluster("main");

  /** So late that what the test wrote was not written just before the backup. */
  private Duration ahead = Duration.ofMinutes(1);

  private final InstantSource clock = () -> Instant.now().plus(ahead);
  private Path uploads = Path.of("");
  private Path settings = Path.of("");

  @BeforeEach
  void files() throws IOException {
    uploads = Files.createDirectories(folder.resolve("www/uploads"));
    settings = Files.createDirectories(folder.resolve("app"));
    Files.writeString(settings.resolve("app.conf"), "port = 80\n");
    Files.write(uploads.resolve("large.bin"), random(3_500_000));
    Files.createFile(uploads.resolve("empty"));
    Files.createDirectories(uploads.resolve("a/b"));
    Files.writeString(uploads.resolve("a/b/one.txt"), "one");
    Files.writeString(
        RawPath.resolve(uploads, "na\u00efve \u00fc.txt"), "a name that is not UTF-8");
    Files.createSymbolicLink(uploads.resolve("link"), Path.of("a/b/one.txt"));
    Files.createSymbolicLink(uploads.resolve("gone"), Path.of("/nowhere/at all"));
    Files.createSymbolicLink(
        uploads.resolve("odd"), RawPath.resolve(Path.of(""), "a/na\u00efve \u00fc.txt"));
    Files.setPosixFilePermissions(
        uploads.resolve("a/b/one.txt"), PosixFilePermissions.fromString("r--r-----"));
    Files.setPosixFilePermissions(
        uploads.resolve("a"), PosixFilePermissions.fromString("rwxr-x---"));
    Files.setLastModifiedTime(uploads.resolve("a/b/one.txt"), FileTime.from(LONG_AGO));
    Files.setLastModifiedTime(uploads.resolve("a/b"), FileTime.from(LONG_AGO));
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private FilesOutcome backUp(String... exclude) {
    return backUp(List.of(uploads, settings), false, exclude);
  }

  private FilesOutcome backUp(List<Path> directories, boolean full, String... exclude) {
    FilesOutcome outcome =
        FilesBackup.run(
            cluster,
            new FilesRequest(
                directories, List.of(exclude), Optional.empty(), full, 0, WriteOptions.DEFAULT),
            Progress.NONE,
            clock);
    ahead = ahead.plusMinutes(1);
    return outcome;
  }

  private Path restore(BackupId id, String name) {
    Path to = folder.resolve(name);
    new FilesRestore(cluster, Progress.NONE).run(id, to, Optional.empty(), 2);
    return to;
  }

  private Path restored(BackupId id, String name, Path original) {
    return restore(id, name).resolve(original.toString().substring(1));
  }

  /** All that can be seen of each file. */
  private static Map<String, String> tree(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.toList()) {
        FileState state = FileState.of(path);
        String content =
            switch (state.type()) {
              case FILE -> java.util.Arrays.hashCode(Files.readAllBytes(path)) + "";
              case LINK -> RawPath.text(Files.readSymbolicLink(path));
              default -> "";
            };
        found.put(
            RawPath.text(path).substring(RawPath.text(root).length()),
            state.type()
                + (state.type() == FileState.Type.LINK
                    ? ""
                    : " " + Integer.toOctalString(state.mode()) + " " + state.modified())
                + " "
                + state.owner()
                + ":"
                + state.group()
                + " "
                + content);
      }
    }
    return found;
  }

  private Verdict verdict(BackupId id) {
    return Verification.run(cluster, VerifyRequest.intact().only(List.of(id)), Progress.NONE)
        .backups()
        .getFirst()
        .verdict();
  }

  @Test
  void everythingComesBackAsItWas() throws IOException {
    FilesOutcome outcome = backUp();

    assertThat(outcome.manifest().kind()).isEqualTo(FilesDetails.KIND);
    assertThat(FilesDetails.of(outcome.manifest())).isEqualTo(outcome.details());
    assertThat(verdict(outcome.manifest().id())).isEqualTo(Verdict.HOLDS);
    Path to = restore(outcome.manifest().id(), "restored");
    assertThat(tree(to.resolve(uploads.toString().substring(1)))).isEqualTo(tree(uploads));
    assertThat(tree(to.resolve(settings.toString().substring(1)))).isEqualTo(tree(settings));
    assertThat(to).as("no marker is left").isDirectoryNotContaining("glob:**/holdfast*");
  }

  @Test
  void whatIsUnchangedIsTakenOverAndTheBackupIsWholeWithoutTheEarlierOne() throws IOException {
    BackupId first = backUp().manifest().id();
    Files.writeString(uploads.resolve("new.txt"), "new");
    FilesOutcome second = backUp();

    assertThat(second.details().unchanged()).isEqualTo(5);
    assertThat(second.manifest().totals().bytesRead()).isEqualTo(3);
    cluster.delete(first);
    assertThat(tree(restored(second.manifest().id(), "restored", uploads)))
        .isEqualTo(tree(uploads));
  }

  @Test
  void aFileThatPretendsToBeUnchangedIsRead() throws IOException {
    backUp();
    Path file = uploads.resolve("a/b/one.txt");
    FileTime time = Files.getLastModifiedTime(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, time);

    BackupId second = backUp().manifest().id();

    assertThat(restored(second, "restored", file)).hasContent("two");
  }

  @Test
  void whatWasWrittenJustBeforeTheEarlierBackupIsReadAgain() {
    ahead = Duration.ZERO;
    backUp();
    ahead = Duration.ofHours(1);

    assertThat(backUp().details().unchanged()).isZero();
    assertThat(backUp().details().unchanged()).isEqualTo(5);
    assertThat(backUp(List.of(uploads, settings), true).details().unchanged()).isZero();
  }

  @Test
  void leavesOutWhatPatternsSay() throws IOException {
    FilesOutcome outcome = backUp("*.bin", uploads + "/a/b");

    Path to = restored(outcome.manifest().id(), "restored", uploads);
    assertThat(to.resolve("empty")).exists();
    assertThat(to.resolve("a")).isEmptyDirectory();
    assertThat(to.resolve("large.bin")).doesNotExist();
  }

  @Test
  void keepsHolesAndRemarksOnWhatIsNoFile() throws IOException, InterruptedException {
    Path sparse = uploads.resolve("sparse");
    try (var channel =
        java.nio.channels.FileChannel.open(
            sparse,
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {7}), 20L << 20);
    }
    Path fifo = uploads.resolve("fifo");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();

    FilesOutcome outcome = backUp();

    assertThat(outcome.details().notes()).anyMatch(note -> note.contains(fifo.toString()));
    Path to = restored(outcome.manifest().id(), "restored", uploads);
    assertThat(Files.mismatch(to.resolve("sparse"), sparse)).isEqualTo(-1);
    assertThat(Files.exists(to.resolve("fifo"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void manyFilesThatAreTakenOverDoNotWaitForEachOther() throws IOException {
    for (int i = 0; i < 5000; i++) {
      Files.writeString(Files.createFile(uploads.resolve("f" + i)), "" + i);
    }
    backUp();
    Files.writeString(uploads.resolve("0"), "first in order, and fresh");
    FilesOutcome second = backUp();

    assertThat(second.details().unchanged()).isEqualTo(5005);
    assertThat(tree(restored(second.manifest().id(), "restored", uploads)))
        .isEqualTo(tree(uploads));
  }

  @Test
  void refusesBeforeAnythingIsWritten() throws IOException {
    assertThatThrownBy(() -> backUp(List.of(folder.resolve("nowhere")), false))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("found nothing");
    assertThatThrownBy(() -> backUp(List.of(uploads), false, "[a"))
        .hasMessageContaining("pattern '[a'");
    assertThatThrownBy(() -> backUp(List.of(Path.of("/")), false))
        .hasMessageContaining("back up /");
    assertThat(cluster.backupIds()).isEmpty();

    BackupId id = backUp(List.of(uploads, uploads.resolve("a")), false).manifest().id();
    Path taken = Files.createDirectories(folder.resolve("taken"));
    Files.createFile(taken.resolve("something"));
    assertThatThrownBy(() -> restore(id, "taken")).hasMessageContaining("found something else");
    assertThat(taken).isDirectoryContaining("glob:**/something");
  }
}

package io.holdfast.storage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.storage.ObjectExistsException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.storage.Storages;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to files. */
final class LocalStorageFilesTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/1.pack");

  @TempDir Path directory;
  private Path root;
  private Storage storage;
  private final List<Path> synced = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  LocalStorageFilesTest() {}

  @BeforeEach
  void open() {
    root = directory.resolve("repository");
    storage = Storages.local(root);
  }

  @Test
  void letsOnlyTheOwnerIn() throws IOException {
    storage.create(KEY, new byte[1]);

    assertThat(mode(root.resolve(KEY.text()))).isEqualTo("rw-------");
    assertThat(mode(root)).isEqualTo("rwx------");
    assertThat(mode(root.resolve("clusters"))).isEqualTo("rwx------");
    assertThat(mode(root.resolve("clusters/main"))).isEqualTo("rwx------");
  }

  @Test
  void writesNothingIntoAnotherDirectoryThatTookItsPlace() throws IOException {
    ObjectKey identity = ObjectKey.of("identity.json");
    Path other = directory.resolve("other");
    storage.create(identity, new byte[] {1});
    Storages.local(other).create(identity, new byte[] {2});
    Storage watching = LocalStorage.at(root, Optional.of(identity));
    watching.read(identity);
    Files.move(root, directory.resolve("unplugged"));
    Files.move(other, root);

    assertThatThrownBy(() -> watching.create(KEY, new byte[1]))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("another directory lies there");
    assertThatThrownBy(() -> watching.delete(KEY)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> watching.list("", found -> {})).isInstanceOf(StorageException.class);
    assertThat(root.resolve("clusters")).doesNotExist();
  }

  @Test
  void aRootThatComesBackUnderAnotherNumberIsTheSame() throws IOException {
    ObjectKey identity = ObjectKey.of("identity.json");
    storage.create(identity, new byte[] {1});
    Storage watching = LocalStorage.at(root, Optional.of(identity));
    watching.read(identity);
    Files.move(root, directory.resolve("before"));
    Files.createDirectory(root);
    Files.copy(directory.resolve("before/identity.json"), root.resolve("identity.json"));

    watching.create(KEY, new byte[1]);

    assertThat(watching.stat(KEY)).isPresent();
  }

  @Test
  void touchesNothingBeforeTheFirstWrite() {
    assertThat(objects()).isEmpty();
    assertThat(storage.stat(KEY)).isEmpty();
    storage.delete(KEY);

    assertThat(root).doesNotExist();
  }

  @Test
  void removesDirectoriesLeftEmptyButNeverTheRoot() {
    storage.create(KEY, new byte[1]);
    storage.create(ObjectKey.of("clusters/other/1.pack"), new byte[1]);
    storage.delete(KEY);
    assertThat(root.resolve("clusters/main")).doesNotExist();
    assertThat(root.resolve("clusters/other/1.pack")).exists();
    storage.delete(ObjectKey.of("clusters/other/1.pack"));

    assertThat(root.resolve("clusters")).doesNotExist();
    assertThat(root).isDirectory();
  }

  @Test
  void followsALinkToAnotherDiskAndNeverRemovesIt() throws IOException {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Files.createDirectories(root);
    Files.createSymbolicLink(root.resolve("clusters"), elsewhere);
    storage.create(KEY, new byte[1]);
    assertThat(objects()).containsExactly(KEY.text());
    storage.delete(KEY);

    assertThat(root.resolve("clusters")).isSymbolicLink();
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void failsToListThroughALinkThatLeadsNowhere() throws IOException {
    storage.create(ObjectKey.of("a"), new byte[1]);
    Files.createSymbolicLink(root.resolve("clusters"), directory.resolve("unmounted"));

    assertThatThrownBy(this::objects)
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("leads nowhere");
  }

  @Test
  void doesNotTakeADeleteBelowAnObjectForOneOfTheObject() {
    ObjectKey object = ObjectKey.of("a/b");
    storage.create(object, new byte[1]);
    storage.delete(ObjectKey.of("a/b/c"));
    storage.delete(ObjectKey.of("a/b/c/d"));
    storage.delete(ObjectKey.of("a"));

    assertThat(storage.stat(object)).isPresent();
  }

  @Test
  void leavesForeignFilesAlone() throws IOException {
    storage.create(KEY, new byte[1]);
    Files.createDirectories(root.resolve("lost+found/x"));
    Files.writeString(root.resolve("clusters/main/not ours"), "");

    assertThat(objects()).containsExactly(KEY.text());
    storage.delete(KEY);
    assertThat(root.resolve("clusters/main/not ours")).exists();
  }

  @Test
  void doesNotTakeAnUnmountedDiskForAnEmptySite() throws IOException {
    storage.create(KEY, new byte[1]);
    Files.move(root, directory.resolve("unmounted"));

    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(this::objects).hasMessageContaining("empty or gone");
      assertThatThrownBy(() -> storage.stat(KEY)).hasMessageContaining("empty or gone");
      assertThatThrownBy(() -> storage.read(KEY)).hasMessageContaining("empty or gone");
      assertThatThrownBy(() -> storage.delete(KEY)).hasMessageContaining("empty or gone");
      assertThatThrownBy(() -> storage.write(KEY)).hasMessageContaining("empty or gone");
      if (round == 0) {
        Files.createDirectory(root);
      }
    }
  }

  @Test
  void noticesThatAFileWasCutShortWhileItWasRead() throws IOException {
    storage.create(KEY, new byte[2 << 20]);
    try (InputStream in = storage.stream(KEY, 0)) {
      assertThat(in.read()).isZero();
      try (FileChannel file =
          FileChannel.open(root.resolve(KEY.text()), StandardOpenOption.WRITE)) {
        file.truncate(1 << 20);
      }

      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("expected 2097152 bytes, found 1048576");
    }
  }

  @Test
  void createsByRenameWhereThereAreNoLinks() {
    Publication.Linker none =
        (name, existing) -> {
          throw new FileSystemException(name.toString(), null, "Operation not permitted");
        };
    create(none, 1);

    assertThatThrownBy(() -> create(none, 2)).isInstanceOf(ObjectExistsException.class);
    assertThat(storage.read(KEY).content()).containsExactly(1);
    assertThat(objects()).containsExactly(KEY.text());
  }

  @Test
  void doesNotTakeOneFailedLinkForAFileSystemWithoutLinks() {
    boolean[] failed = {false};
    Publication.Linker once =
        (name, existing) -> {
          if (!failed[0]) {
            failed[0] = true;
            throw new FileSystemException(name.toString(), null, "Input/output error");
          }
          return Files.createLink(name, existing);
        };

    assertThatThrownBy(() -> create(once, 1))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("Input/output error");
    assertThat(root.resolve("clusters")).as("nothing is left").doesNotExist();
  }

  @Test
  void recognisesItsOwnLinkWhenTheAnswerWasLost() {
    Publication.Linker repeated =
        (name, existing) -> {
          Files.createLink(name, existing);
          return Files.createLink(name, existing);
        };
    create(repeated, 1);

    assertThat(storage.read(KEY).content()).containsExactly(1);
  }

  /** Whoever hears "it exists" takes that for "it is safe"; its maker may have been killed. */
  @Test
  void syncsTheNameOfWhatExistsBeforeSayingSo() {
    create(Files::createLink, 1);
    synced.clear();

    assertThatThrownBy(() -> create(Files::createLink, 1))
        .isInstanceOf(ObjectExistsException.class);
    assertThat(synced).containsExactly(Directories.parentOf(root.resolve(KEY.text())));
  }

  private void create(Publication.Linker linker, int content) {
    Directories directories = new Directories(root);
    Publication publication = new Publication(root, directories, linker, synced::add);
    Path target = root.resolve(KEY.text());
    try (ObjectWriter writer = new LocalWriter(publication, directories, KEY, target)) {
      writer.write(new byte[] {(byte) content}, 0, 1);
      writer.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void saysThatTheDiskIsFullAndHowMuchIsFree() {
    assertThatThrownBy(
            () -> {
              try (FileOutputStream full = new FileOutputStream("/dev/full")) {
                full.write(1);
              } catch (IOException e) {
                throw LocalFailure.of("write " + KEY, root.resolve("x"), e);
              }
            })
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e).hasMessageContaining(KEY.text()).hasMessageContaining("No space left");
              assertThat(e.hint().orElse("")).contains("disk is full").contains("are free");
            });
  }

  @Test
  void neverPublishesAfterAFailedWrite() throws Exception {
    ObjectWriter writer = storage.write(KEY);
    writer.write(new byte[10], 0, 10);
    Thread.currentThread().interrupt(); // closes the channel under the writer
    try {
      assertThatThrownBy(writer::commit)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("interrupted");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
    writer.close();

    assertThat(objects()).isEmpty();
  }

  @Test
  void refusesToMixOwners() throws Exception {
    Files.createDirectories(root);
    if (!LocalFailure.self().equals("root")) {
      // Without the right to give files away, the nearest thing: a root we cannot write to.
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-x------"));
      assertThatThrownBy(() -> storage.create(KEY, new byte[1]))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("permission denied");
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      return;
    }
    Files.setAttribute(root, "unix:uid", 65_534);

    assertThatThrownBy(() -> storage.create(KEY, new byte[1]))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("it belongs to")
        .hasMessageContaining("runs as 'root'");
    assertThat(root).isEmptyDirectory();
    assertThat(objects()).as("reading is fine").isEmpty();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private List<String> objects() {
    List<String> keys = new ArrayList<>();
    storage.list("", found -> keys.add(found.key().text()));
    return keys;
  }
}

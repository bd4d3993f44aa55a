package io.holdfast.sftp.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.sftp.LibraryServer;
import io.holdfast.sftp.SftpSite;
import io.holdfast.sftp.SftpSite.HostKey;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Servers that can do less, that are full, slow, or do what was asked long ago. */
final class OtherServersTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/object");
  private static final ObjectKey LEASE = ObjectKey.of("leases/one.json");

  @Test
  void aServerThatCannotLinkIsOnlyRead() throws Exception {
    try (LibraryServer server =
            LibraryServer.start("fsync@openssh.com=1,posix-rename@openssh.com=1");
        Storage storage = SftpStorage.open(server.site("/r"), Impatient.TUNING)) {
      assertThatThrownBy(() -> storage.create(KEY, Impatient.bytes("x")))
          .hasMessageContaining("cannot do what a repository needs: expected hardlink@openssh.com");
      Files.createDirectories(server.data().resolve("r/leases"));
      Files.writeString(server.data().resolve("r/" + LEASE), "one");

      assertThat(Impatient.text(storage, LEASE)).isEqualTo("one");
      assertThat(Impatient.listed(storage)).containsExactly(LEASE.text());
      assertThatThrownBy(() -> storage.delete(LEASE)).hasMessageContaining("hardlink@openssh.com");
    }
  }

  @Test
  void aServerThatCannotSyncIsRefusedUnlessThatIsAllowed() throws Exception {
    try (LibraryServer server =
        LibraryServer.start("hardlink@openssh.com=1,posix-rename@openssh.com=1")) {
      try (Storage storage = SftpStorage.open(server.site("/r"), Impatient.TUNING)) {
        StorageException e =
            catchThrowableOfType(
                StorageException.class, () -> storage.create(KEY, Impatient.bytes("x")));

        assertThat(e).hasMessageContaining("cannot be told to write files to its disk at once");
        assertThat(e.hint())
            .hasValueSatisfying(hint -> assertThat(hint).contains("allow-unsynced: true"));
      }
      SftpSite allowed =
          server.site("/r", new HostKey.Pinned(server.hostKey()), LibraryServer.PASSWORD, true);
      try (Storage storage = SftpStorage.open(allowed, Impatient.TUNING)) {
        storage.create(LEASE, Impatient.bytes("one"));
        String first = storage.read(LEASE).version();
        assertThat(storage.replace(LEASE, first, Impatient.bytes("two"))).isTrue();
        storage.delete(LEASE);
        assertThat(Impatient.listed(storage)).isEmpty();
      }
    }
  }

  @Test
  void aWrongPasswordIsRefusedAndNotShown() throws Exception {
    try (LibraryServer server = LibraryServer.start(LibraryServer.ALL)) {
      String wrong = "a wrong password";
      SftpSite site = server.site("/r", new HostKey.Pinned(server.hostKey()), wrong, false);
      try (Storage storage = SftpStorage.open(site, Impatient.TUNING)) {
        StorageException e = catchThrowableOfType(StorageException.class, () -> storage.stat(KEY));

        assertThat(e).hasMessageContaining("does not let in the user me");
        assertThat(e.toString() + e.hint() + e.getCause()).doesNotContain(wrong);
      }
    }
  }

  @Test
  void aFullDiskLeavesNothing() throws Exception {
    byte[] content = Impatient.random(1 << 20, 3);
    try (LibraryServer server = LibraryServer.start(LibraryServer.ALL);
        Storage storage = SftpStorage.open(server.site("/r"), Impatient.TUNING)) {
      storage.create(LEASE, Impatient.bytes("one"));
      server.fates().fillUpAt(500_000);
      StorageException e =
          catchThrowableOfType(
              StorageException.class, () -> Impatient.write(storage, KEY, content));

      assertThat(e).hasMessageContaining("could not write " + KEY);
      assertThat(e.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("full"));
      assertThat(Impatient.listed(storage)).containsExactly(LEASE.text());
      server.fates().fillUpAt(0);
      String first = storage.read(LEASE).version();
      assertThatThrownBy(() -> storage.replace(LEASE, first, Impatient.bytes("two")))
          .isInstanceOf(StorageException.class);
      assertThat(Impatient.text(storage, LEASE)).isEqualTo("one");

      server.fates().forget();
      assertThat(storage.replace(LEASE, first, Impatient.bytes("two"))).isTrue();
      Impatient.write(storage, KEY, content);
      assertThat(Impatient.content(storage, KEY)).isEqualTo(content);
    }
  }

  /** The heart of {@link Changes}: it does not count on anybody being quick. */
  @Test
  void whoeverSleptTooLongChangesNothing() throws Exception {
    try (LibraryServer server = LibraryServer.start(LibraryServer.ALL);
        Storage slow = SftpStorage.open(server.site("/r"), Impatient.TUNING);
        Storage quick =
            SftpStorage.open(
                server.site("/r"),
                Impatient.tuning(Duration.ofSeconds(20), Duration.ofMillis(50)));
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      slow.create(LEASE, Impatient.bytes("one"));
      String first = slow.read(LEASE).version();
      server.fates().stopRenamesTo(LEASE.name());
      Future<Boolean> late =
          threads.submit(() -> slow.replace(LEASE, first, Impatient.bytes("slow")));
      server.fates().awaitStopped();

      assertThat(quick.replace(LEASE, first, Impatient.bytes("quick"))).isTrue();
      server.fates().goOn();

      assertThat(late.get()).isFalse();
      assertThat(Impatient.text(quick, LEASE)).isEqualTo("quick");
      String second = quick.read(LEASE).version();
      assertThat(slow.replace(LEASE, second, Impatient.bytes("three"))).isTrue();
    }
  }
}

package io.holdfast.postgres.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the walk, on trees made by hand. */
final class LocalDataDirectoryTest {
  private static final String VERSIONED = "PG_15_202209061";

  @TempDir Path temporary;
  private Path root;
  private final List<String> remarks = new ArrayList<>();

  @BeforeEach
  void makeTree() throws IOException {
    root = temporary.resolve("data");
    file("PG_VERSION", "15\n");
    file("global/pg_control", "x");
    file("global/1262", "x");
    Files.createDirectories(root.resolve("pg_tblspc"));
  }

  @Test
  void goesByBytesComponentByComponentAndDirectoriesFirst() throws IOException {
    file("base/1/112", "");
    file("base/1/1247", "");
    file("base/10/2", "");
    file("base/2/3", "");
    file("base-x", "");
    file("a b'\"c", "");
    assertThat(walk())
        .containsExactly(
            "PG_VERSION",
            "a b'\"c",
            "base/",
            "base/1/",
            "base/1/112",
            "base/1/1247",
            "base/10/",
            "base/10/2",
            "base/2/",
            "base/2/3",
            "base-x",
            "global/",
            "global/1262",
            "pg_tblspc/");
  }

  @Test
  void keepsDirectoriesWhoseContentOnlyARunningServerNeeds() throws IOException {
    for (String name :
        List.of(
            "pg_dynshmem",
            "pg_notify",
            "pg_replslot",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans")) {
      file(name + "/inside/deep", "x");
    }
    file("elsewhere/pg_replslot/mine", "x");
    assertThat(walk())
        .contains(
            "pg_dynshmem/",
            "pg_notify/",
            "pg_replslot/",
            "pg_serial/",
            "pg_snapshots/",
            "pg_stat_tmp/",
            "pg_subtrans/",
            "elsewhere/pg_replslot/mine")
        .noneMatch(path -> path.contains("inside"));
  }

  @Test
  void leavesOutWhatIsOfThisServerRunOnly() throws IOException {
    for (String name :
        List.of(
            "postmaster.pid",
            "postmaster.opts",
            "postgresql.auto.conf.tmp",
            "current_logfiles.tmp",
            "backup_label",
            "backup_label.old",
            "tablespace_map",
            "tablespace_map.old",
            "backup_manifest",
            "backup_manifest.tmp",
            "recovery.signal",
            "standby.signal",
            "holdfast.config/postgresql.conf",
            "holdfast.new",
            "holdfast.restore-in-progress",
            "holdfast-spool/restore",
            "global/pg_internal.init",
            "base/5/pg_internal.init.4711",
            "base/pgsql_tmp/pgsql_tmp1.0",
            "base/5/pgsql_tmp9")) {
      file(name, "x");
    }
    file("base/5/PG_VERSION", "15");
    file("mine/standby.signal", "x");
    assertThat(walk())
        .containsExactly(
            "PG_VERSION",
            "base/",
            "base/5/",
            "base/5/PG_VERSION",
            "global/",
            "global/1262",
            "mine/",
            "mine/standby.signal",
            "pg_tblspc/");
  }

  @Test
  void leavesOutUnloggedRelationsButTheirInitForks() throws IOException {
    for (String name :
        List.of("7", "7.1", "7.10", "7_fsm", "7_fsm.1", "7_vm", "7_init", "70", "70_fsm")) {
      file("base/5/" + name, "");
      file("user/5/" + name, "");
    }
    assertThat(walk())
        .contains("base/5/7_init", "base/5/70", "base/5/70_fsm", "user/5/7", "user/5/7_vm")
        .doesNotContain("base/5/7", "base/5/7.1", "base/5/7.10", "base/5/7_fsm", "base/5/7_vm")
        .doesNotContain("base/5/7_fsm.1");
  }

  @Test
  void leavesOutTemporaryRelationsOfDatabases() throws IOException {
    for (String name : List.of("t3_16384", "t3_16384_fsm", "t3_16384.1", "t3_x", "tx_1", "t_1")) {
      file("base/5/" + name, "");
    }
    file("t3_16384", "");
    assertThat(walk())
        .contains("base/5/t3_x", "base/5/tx_1", "base/5/t_1", "t3_16384")
        .doesNotContain("base/5/t3_16384", "base/5/t3_16384_fsm", "base/5/t3_16384.1");
  }

  @Test
  void saysWhichFilesAreRelations() throws IOException {
    file("base/5/16384_vm.2", "");
    file("base/5/pg_filenode.map", "");
    List<Entry> entries = entries();
    assertThat(named(entries, "base/5/16384_vm.2").relation())
        .contains(new RelationFile(1663, 5, 16384, Fork.VM, 2));
    assertThat(named(entries, "base/5/pg_filenode.map").relation()).isEmpty();
  }

  @Test
  void walksOfATablespaceOnlyTheDirectoryOfThisServer() throws IOException {
    Path place = Files.createDirectories(temporary.resolve("ts 1"));
    Path chain = Files.createSymbolicLink(temporary.resolve("chain"), place);
    outside(place.resolve(VERSIONED + "/16384/16400"));
    outside(place.resolve("PG_14_202107181/16384/16400"));
    outside(place.resolve("lost+found/x"));
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), chain);
    List<Entry> entries = entries();
    assertThat(paths(entries))
        .containsExactly(
            "PG_VERSION",
            "global/",
            "global/1262",
            "pg_tblspc/",
            "pg_tblspc/16500@",
            "pg_tblspc/16500/" + VERSIONED + "/",
            "pg_tblspc/16500/" + VERSIONED + "/16384/",
            "pg_tblspc/16500/" + VERSIONED + "/16384/16400");
    Entry link = named(entries, "pg_tblspc/16500");
    assertThat(link.target()).isEqualTo(chain.toString());
    assertThat(link.mode()).isEqualTo(permissions(place));
    Entry table = named(entries, "pg_tblspc/16500/" + VERSIONED + "/16384/16400");
    assertThat(table.relation()).contains(new RelationFile(16500, 16384, 16400, Fork.MAIN, 0));
    assertThat(content(table)).isEqualTo("outside");
  }

  @Test
  void walksATablespaceInsideTheDataDirectoryOnce() throws IOException {
    file("ts1/" + VERSIONED + "/5/16400", "x");
    file("ts10/kept", "x");
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), root.resolve("ts1"));
    assertThat(walk())
        .contains("ts1/", "ts10/kept", "pg_tblspc/16500/" + VERSIONED + "/5/16400")
        .doesNotContain("ts1/" + VERSIONED + "/");
  }

  @Test
  void walksInPlaceTablespacesAsPlainDirectories() throws IOException {
    file("pg_tblspc/16500/" + VERSIONED + "/5/16400", "x");
    file("pg_tblspc/16500/" + VERSIONED + "/5/16401", "x");
    file("pg_tblspc/16500/" + VERSIONED + "/5/16401_init", "x");
    assertThat(walk())
        .contains("pg_tblspc/16500/", "pg_tblspc/16500/" + VERSIONED + "/5/16400")
        .doesNotContain("pg_tblspc/16500/" + VERSIONED + "/5/16401");
  }

  @Test
  void failsWhenATablespaceIsNotThere() throws IOException {
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), temporary.resolve("unmounted"));
    assertThatThrownBy(this::walk)
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("pg_tblspc/16500")
        .hasMessageContaining("unmounted");
  }

  @Test
  void failsWhenATablespaceLeadsInACircle() throws IOException {
    Path circle = temporary.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    Files.createSymbolicLink(root.resolve("pg_tblspc/16500"), circle);
    assertThatThrownBy(this::walk)
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("pg_tblspc/16500");
  }

  @Test
  void makesADirectoryOfAWalLink() throws IOException {
    Path wal = Files.createDirectories(temporary.resolve("wal"));
    outside(wal.resolve("000000010000000000000001"));
    outside(wal.resolve("archive_status/000000010000000000000001.done"));
    Files.createSymbolicLink(root.resolve("pg_wal"), Path.of("../wal"));
    assertThat(walk())
        .contains("pg_wal/", "pg_wal/archive_status/")
        .noneMatch(path -> path.startsWith("pg_wal/0") || path.endsWith(".done"))
        .doesNotContain("pg_wal/summaries/");
  }

  @Test
  void givesWalSummariesADirectoryFrom17On() throws IOException {
    file("PG_VERSION", "17\n");
    file("pg_wal/000000010000000000000001", "x");
    assertThat(walk()).contains("pg_wal/", "pg_wal/archive_status/", "pg_wal/summaries/");
  }

  @Test
  void keepsTheContentOfLinkedFilesAndDirectories() throws IOException {
    outside(temporary.resolve("etc/pg_hba.conf"));
    outside(temporary.resolve("etc/conf.d/a.conf"));
    Files.createSymbolicLink(root.resolve("pg_hba.conf"), temporary.resolve("etc/pg_hba.conf"));
    Files.createSymbolicLink(root.resolve("conf.d"), temporary.resolve("etc/conf.d"));
    List<Entry> entries = entries();
    Entry hba = named(entries, "pg_hba.conf");
    assertThat(hba.kind()).isEqualTo(Entry.Kind.FILE);
    assertThat(hba.size()).isEqualTo("outside".length());
    assertThat(content(hba)).isEqualTo("outside");
    assertThat(paths(entries)).contains("conf.d/", "conf.d/a.conf");
    assertThat(remarks)
        .anyMatch(r -> r.contains("'pg_hba.conf' is a link to"))
        .anyMatch(r -> r.contains("'conf.d' is a link to"));
  }

  @Test
  void skipsWithARemarkWhatCannotBeCopied() throws IOException {
    Files.createSymbolicLink(root.resolve("broken"), Path.of("nowhere"));
    Files.createSymbolicLink(root.resolve("itself"), Path.of("itself"));
    Files.createDirectories(root.resolve("sub"));
    Files.createSymbolicLink(root.resolve("sub/up"), Path.of(".."));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
      assertThat(walk())
          .containsExactly("PG_VERSION", "global/", "global/1262", "pg_tblspc/", "sub/");
    }
    assertThat(remarks)
        .hasSize(5)
        .anyMatch(r -> r.startsWith("skipped 'broken'"))
        .anyMatch(r -> r.startsWith("skipped 'itself'"))
        .anyMatch(r -> r.startsWith("'sub/up' is a link"))
        .anyMatch(r -> r.startsWith("skipped 'sub/up'"))
        .anyMatch(r -> r.startsWith("skipped 'socket'"));
  }

  @Test
  void passesOverWhatVanishesDuringTheWalk() throws IOException {
    file("base/1/1", "");
    file("base/1/2", "");
    file("base/2/3", "");
    List<String> seen = new ArrayList<>();
    DataDirectory.open(root)
        .walk(
            entry -> {
              seen.add(entry.path());
              if (entry.path().equals("base/1/1")) {
                delete("base/1/2");
                delete("base/2/3");
                delete("base/2");
              }
            },
            remarks::add);
    assertThat(seen).contains("base/1/1", "global/1262").doesNotContain("base/1/2", "base/2");
  }

  @Test
  void keepsModesOwnersAndTimes() throws IOException {
    Path file = file("base/5/16384", "12345");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.setPosixFilePermissions(
        root.resolve("base"), PosixFilePermissions.fromString("rwxr-x---"));
    List<Entry> entries = entries();
    Entry entry = named(entries, "base/5/16384");
    assertThat(entry.mode()).isEqualTo(0640);
    assertThat(entry.size()).isEqualTo(5);
    assertThat(entry.owner()).isEqualTo(Files.getOwner(file).getName());
    assertThat(entry.group()).isEqualTo(Files.getAttribute(file, "posix:group").toString());
    assertThat(entry.modified()).isEqualTo(Files.getLastModifiedTime(file));
    assertThat(named(entries, "base").mode()).isEqualTo(0750);
  }

  @Test
  void keepsNamesThatAreNotUtf8() throws IOException {
    String bad = new String(new byte[] {(byte) 0xFF, 'a', ' ', (byte) 0xC3}, ISO_8859_1);
    Path file = RawPath.resolve(root, bad);
    Files.writeString(file, "raw");
    Entry entry = named(entries(), bad);
    assertThat(content(entry)).isEqualTo("raw");
    String umlaut = new String("größe".getBytes(UTF_8), ISO_8859_1);
    Files.createDirectory(RawPath.resolve(root, umlaut));
    Files.writeString(RawPath.resolve(root, umlaut + "/" + bad), "deep");
    assertThat(content(named(entries(), umlaut + "/" + bad))).isEqualTo("deep");
  }

  @Test
  void opensOnlyDataDirectoriesOfKnownVersions() throws IOException {
    file("PG_VERSION", "13\n");
    assertThatThrownBy(() -> DataDirectory.open(root))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("found '13'");
    delete("PG_VERSION");
    assertThatThrownBy(() -> DataDirectory.open(root))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("PG_VERSION");
  }

  @Test
  void knowsWhetherAPostmasterRuns() throws IOException {
    DataDirectory directory = DataDirectory.open(root);
    assertThat(directory.postmaster()).isEmpty();
    // This process lives, but works in another directory: the file is left from a crash.
    file("postmaster.pid", ProcessHandle.current().pid() + "\n" + root + "\n");
    assertThat(directory.postmaster()).isEmpty();
    file("postmaster.pid", "4194999\n");
    assertThat(directory.postmaster()).isEmpty();
    file("postmaster.pid", "");
    assertThat(directory.postmaster()).isEmpty();
    Process process = new ProcessBuilder("sleep", "60").directory(root.toFile()).start();
    try {
      file("postmaster.pid", process.pid() + "\n" + root + "\n");
      assertThat(directory.postmaster()).contains(process.pid());
    } finally {
      process.destroyForcibly();
    }
  }

  private String content(Entry entry) throws IOException {
    byte[] bytes = new byte[64];
    try (EntryReader reader = EntryReader.local(root);
        OpenFile file = reader.open(entry)) {
      return new String(bytes, 0, file.read(0, bytes, 0, bytes.length), UTF_8);
    }
  }

  private List<String> walk() {
    return paths(entries());
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    DataDirectory.open(root).walk(entries::add, remarks::add);
    return entries;
  }

  private static List<String> paths(List<Entry> entries) {
    return entries.stream()
        .map(e ->
            e.path()
                + switch (e.kind()) {
                  case FILE -> "";
                  case DIRECTORY -> "/";
                  case LINK -> "@";
                })
        .toList();
  }

  private static Entry named(List<Entry> entries, String path) {
    return entries.stream().filter(e -> e.path().equals(path)).findFirst().orElseThrow();
  }

  private Path file(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static void outside(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "outside");
  }

  private void delete(String path) {
    try {
      Files.delete(root.resolve(path));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static int permissions(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode") & 07777;
  }
}

package io.holdfast.postgres.agentless;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.postgres.ClusterFiles;
import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.DataDirectory;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.ByteRange;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.RawPath;
import io.holdfast.postgres.ServerSession;
import io.holdfast.postgres.ServerSession.Requirement;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server shows of its files, compared with what lies on the disk. */
class SqlFilesTest {
  private static final String ODD =
      new String(new byte[] {(byte) 0xFF, 'a', '\\', ' ', (byte) 0xC3, '\''}, ISO_8859_1);
  private static final String UMLAUT = new String("größe".getBytes(UTF_8), ISO_8859_1);
  private static final List<String> ENCODINGS = List.of("UTF8", "LATIN1", "SQL_ASCII", "EUC_JP");

  @ParameterizedTest
  @EnumSource
  void showsWhatLiesOnTheDisk(PostgresMajor major) throws Exception {
    try (TestCluster cluster = TestCluster.of(major).setting("autovacuum", "off").start()) {
      fill(cluster);
      String encoding = ENCODINGS.get(major.number() % ENCODINGS.size());
      cluster.sql(
          "CREATE ROLE reader LOGIN",
          "CREATE DATABASE seen TEMPLATE template0 LOCALE 'C' ENCODING '" + encoding + "'",
          "GRANT pg_monitor TO reader",
          "CHECKPOINT");
      ConnectionSettings settings = settings(cluster, "reader", "seen");
      grant(cluster, settings);
      try (ServerSession session = ServerSession.connect(settings)) {
        ClusterFiles files = ClusterFiles.of(session, settings, 2);
        DataDirectory local = DataDirectory.open(cluster.dataDirectory());

        assertThat(files.directory()).isEmpty();
        assertThat(files.controlBytes()).isEqualTo(local.controlBytes());
        assertThat(described(files)).isEqualTo(described(local)).containsKeys(ODD, UMLAUT);
        assertContent(files, local);
      }
      cluster.await(
          "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'");
    }
  }

  private static void fill(TestCluster cluster) throws Exception {
    Path beside = owned(Files.createDirectory(cluster.socketDirectory().resolve("ts ö")));
    Path inside = owned(Files.createDirectory(cluster.dataDirectory().resolve("ts_inside")));
    cluster.sql(
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE in_place LOCATION ''",
        "CREATE TABLE in_place TABLESPACE in_place AS SELECT generate_series(1, 1000) i",
        "CREATE TABLESPACE beside LOCATION '" + beside + "'",
        "CREATE TABLE beside TABLESPACE beside AS SELECT generate_series(1, 1000) i",
        "CREATE TABLESPACE inside LOCATION '" + inside + "'",
        "CREATE TABLE inside TABLESPACE inside AS SELECT generate_series(1, 1000) i",
        "CREATE TABLE plain AS SELECT i, md5(i::text) FROM generate_series(1, 60000) i",
        "CREATE TABLE empty (i int)",
        "CREATE UNLOGGED TABLE unlogged AS SELECT i FROM generate_series(1, 5000) i",
        "VACUUM plain, unlogged");
    write(cluster, ODD, 3);
    owned(Files.createDirectory(RawPath.resolve(cluster.dataDirectory(), UMLAUT)));
    write(cluster, UMLAUT + "/" + ODD, 9000);
    write(cluster, UMLAUT + "/plain", 100);
    write(cluster, "log.txt", 2_500_000);
    owned(Files.createDirectory(cluster.dataDirectory().resolve("empty_directory")));
  }

  private static void write(TestCluster cluster, String name, int length) throws Exception {
    byte[] content = new byte[length];
    new SplittableRandom(length).nextBytes(content);
    owned(Files.write(RawPath.resolve(cluster.dataDirectory(), name), content));
  }

  private static Path owned(Path path) {
    ServerAccount.current().own(path);
    return path;
  }

  /** Applies exactly what we say is missing. */
  private static void grant(TestCluster cluster, ConnectionSettings settings) {
    try (ServerSession session = ServerSession.connect(settings)) {
      List<Requirement> missing = session.missingForFiles();
      assertThat(missing).isNotEmpty().allMatch(Requirement::severe);
      assertThatThrownBy(() -> ClusterFiles.of(session, settings, 2))
          .isInstanceOfSatisfying(
              PostgresException.class,
              e ->
                  assertThat(e.hint().orElse(""))
                      .contains("GRANT EXECUTE ON FUNCTION", "pg_read_binary_file", "TO reader"));
      missing.forEach(requirement -> cluster.sqlIn("seen", requirement.fix()));
      assertThat(session.missingForFiles()).isEmpty();
    }
  }

  private static ConnectionSettings settings(TestCluster cluster, String user, String database) {
    return ConnectionSettings.parse(cluster.conninfo()).with("user", user).with("dbname", database);
  }

  private static Map<String, List<Object>> described(ClusterFiles files) {
    Map<String, List<Object>> described = new TreeMap<>();
    String[] last = {""};
    files.walk(entry -> {
      assertThat(order(entry.path())).isGreaterThan(order(last[0]));
      last[0] = entry.path();
      described.put(
          entry.path(),
          List.of(
              entry.kind(),
              entry.location(),
              entry.size(),
              entry.target(),
              entry.relation(),
              entry.modified().toInstant().getEpochSecond()));
    });
    return described;
  }

  /** A directory goes before its content: the separator sorts before every byte of a name. */
  private static String order(String path) {
    return path.replace('/', '\u0000');
  }

  private static void assertContent(ClusterFiles files, DataDirectory local) throws Exception {
    List<Entry> entries = new ArrayList<>();
    local.walk(entry -> {
      if (entry.kind() == Entry.Kind.FILE) {
        entries.add(entry);
      }
    });
    List<ByteRange> ranges =
        entries.stream()
            .map(e -> new ByteRange(e, 0, e.relation().isPresent() ? e.size() : Long.MAX_VALUE))
            .toList();
    try (EntryReader there = files.openReader();
        EntryReader here = local.openReader()) {
      there.willRead(ranges);
      for (Entry entry : entries) {
        byte[] expected = content(here, entry);
        assertThat(content(there, entry)).as(entry.path()).isEqualTo(expected);
        assertThat(content(there, entry)).as("again " + entry.path()).isEqualTo(expected);
        assertThat(there.hashes(entry, 0, Long.MAX_VALUE, 131072))
            .as(entry.path())
            .containsExactlyElementsOf(here.hashes(entry, 0, Long.MAX_VALUE, 131072));
        assertThat(there.parentExists(entry)).isTrue();
      }
    }
  }

  private static byte[] content(EntryReader reader, Entry entry) throws Exception {
    byte[] all = new byte[(int) entry.size() + 3_000_000];
    try (OpenFile file = reader.open(entry)) {
      int got = file.read(0, all, 0, all.length);
      assertThat(file.size()).isEqualTo(got);
      return Arrays.copyOf(all, got);
    }
  }

  @Test
  void readsScatteredRunsAsTheyAreAndPagesReadAgainAsTheyHaveBecome() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      write(cluster, "file", 100 * 8192 + 10);
      ConnectionSettings settings = ConnectionSettings.parse(cluster.conninfo());
      byte[] content = Files.readAllBytes(cluster.dataDirectory().resolve("file"));
      Entry entry = entry("file", content.length);
      try (ServerSession session = ServerSession.connect(settings);
          EntryReader reader = ClusterFiles.of(session, settings, 1).openReader();
          OpenFile file = reader.open(entry)) {
        List<ByteRange> ranges = new ArrayList<>();
        for (int page = 1; page < 101; page += 3) {
          ranges.add(new ByteRange(entry, page * 8192L, (page + 1) * 8192L));
        }
        reader.willRead(ranges);
        byte[] into = new byte[8192];
        assertThat(file.read(8192, into, 0, 8192)).isEqualTo(8192);
        assertThat(into).isEqualTo(Arrays.copyOfRange(content, 8192, 2 * 8192));
        content[8192 + 7]++;
        Files.write(cluster.dataDirectory().resolve("file"), content);
        assertThat(file.read(8192, into, 0, 8192)).isEqualTo(8192);
        assertThat(into).isEqualTo(Arrays.copyOfRange(content, 8192, 2 * 8192));
        // passed over
        assertThat(file.read(97L * 8192, into, 0, 8192)).isEqualTo(8192);
        assertThat(into).isEqualTo(Arrays.copyOfRange(content, 97 * 8192, 98 * 8192));
        assertThat(file.read(100L * 8192, into, 0, 8192)).isEqualTo(10);
        assertThat(file.read(101L * 8192, into, 0, 8192)).isZero();
      }
    }
  }

  @Test
  void whatVanishesIsToldApartWheneverItIsFoundOut() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      write(cluster, "file", 5000);
      ConnectionSettings settings = ConnectionSettings.parse(cluster.conninfo());
      try (ServerSession session = ServerSession.connect(settings);
          EntryReader reader = ClusterFiles.of(session, settings, 1).openReader()) {
        Entry gone = entry("base/1/999999", 8192);
        Entry odd = entry(UMLAUT + "/" + ODD, 8192);
        reader.willRead(List.of(new ByteRange(gone, 0, 8192), new ByteRange(odd, 0, 8192)));
        for (Entry entry : List.of(gone, gone, odd)) {
          try (OpenFile file = reader.open(entry)) {
            assertThatThrownBy(() -> file.read(0, new byte[8192], 0, 8192))
                .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(file::size).isInstanceOf(NoSuchFileException.class);
          }
          assertThatThrownBy(() -> reader.hashes(entry, 0, 8192, 8192))
              .isInstanceOf(NoSuchFileException.class);
        }
        assertThat(reader.parentExists(gone)).isTrue();
        assertThat(reader.parentExists(odd)).isFalse();
        try (OpenFile directory = reader.open(entry("base", 1))) {
          assertThatThrownBy(() -> directory.read(0, new byte[8], 0, 8))
              .isInstanceOf(PostgresException.class)
              .hasMessageContaining("'base'");
        }
      }
    }
  }

  @Test
  void aLostSessionOrAnotherServerIsSaid() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start();
        TestCluster other = TestCluster.of(PostgresMajor.newest()).start()) {
      ConnectionSettings settings = ConnectionSettings.parse(cluster.conninfo());
      try (ServerSession session = ServerSession.connect(settings);
          EntryReader reader = ClusterFiles.of(session, settings, 1).openReader();
          OpenFile file = reader.open(entry("PG_VERSION", 3))) {
        cluster.sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                + " WHERE application_name = 'holdfast-reader'");
        assertThatThrownBy(() -> file.read(0, new byte[8], 0, 8))
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("could not read 'PG_VERSION'");
        assertThatThrownBy(
                () -> ClusterFiles.of(session, ConnectionSettings.parse(other.conninfo()), 1))
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("found another");
        assertThatThrownBy(() -> ClusterFiles.of(session, settings, 100))
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("room for 100 more sessions");
      }
    }
  }

  @Test
  void aLinkThatLeadsBackEndsTheWalk() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).start()) {
      Path deep = owned(Files.createDirectory(cluster.dataDirectory().resolve("loop")));
      Files.createSymbolicLink(deep.resolve("back"), deep);
      ConnectionSettings settings = ConnectionSettings.parse(cluster.conninfo());
      try (ServerSession session = ServerSession.connect(settings)) {
        assertThatThrownBy(() -> ClusterFiles.of(session, settings, 1).walk(entry -> {}))
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("loop/back");
      }
    }
  }

  @Test
  void manyReadersTogetherHoldNoMoreThanAFew() {
    for (int readers = 1; readers <= 64; readers++) {
      int share = SqlFiles.share(readers);
      assertThat(share).isBetween(256 << 10, 2 << 20);
      assertThat(share % 8192).isZero();
      assertThat((long) share * readers).isLessThanOrEqualTo(24 << 20);
    }
  }

  private static Entry entry(String path, long size) {
    return new Entry(
        path,
        path,
        Entry.Kind.FILE,
        0600,
        "",
        "",
        FileTime.from(Instant.EPOCH),
        size,
        "",
        Optional.empty());
  }
}

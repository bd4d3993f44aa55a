package io.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.EmbeddedPostgres.StopMode;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  @TempDir Path folder;

  private static PostgresBinaries binaries() {
    // The jar is on the class path of the tests.
    return PostgresBinaries.newest(List.of()).orElseThrow();
  }

  @Test
  void binariesAreFoundOnTheClassPathAndByMajorVersion() {
    PostgresBinaries newest = binaries();
    assertThat(newest.directory().resolve("postgres")).isExecutable();
    assertThat(PostgresBinaries.find(newest.major(), List.of())).contains(newest);
    assertThat(PostgresBinaries.find(9, List.of(folder))).isEmpty();
  }

  @Test
  void severalWhoUnpackAtOnceAllGetTheSameWholeCopy() throws Exception {
    BinariesJar jar = BinariesJar.in(List.of()).stream().max(BinariesJar.BY_VERSION).orElseThrow();
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      Future<PostgresBinaries> one = pool.submit(() -> BinariesCache.unpacked(jar, folder));
      Future<PostgresBinaries> other = pool.submit(() -> BinariesCache.unpacked(jar, folder));
      assertThat(one.get()).isEqualTo(other.get());
    }
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void aJarThatIsCutShortIsRefusedAndLeavesNothing() throws IOException {
    BinariesJar whole =
        BinariesJar.in(List.of()).stream().max(BinariesJar.BY_VERSION).orElseThrow();
    Path cut = folder.resolve(whole.file().getFileName());
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(whole.file()), 1 << 20));
    Path cache = Files.createDirectory(folder.resolve("cache"));
    assertThatThrownBy(() -> BinariesCache.unpacked(BinariesJar.of(cut).orElseThrow(), cache))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining(cut.toString());
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void aServerLivesWhereItWasToldAndLeavesItsDirectoryBehind() throws IOException {
    Path home = ServerAccount.current().newTemporaryDirectory("hfe");
    try {
      Path data = home.resolve("data");
      try (EmbeddedPostgres server =
          EmbeddedPostgres.create(
              binaries(), data, home.resolve("log"), ClusterOptions.defaults())) {
        server.start(0, Map.of("shared_buffers", "16MB"));
        assertThat(server.running()).isTrue();
        try (Socket socket = new Socket()) {
          socket.connect(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 5000);
          assertThat(socket.isConnected()).isTrue();
        }
        assertThat(server.socketDirectory().resolve(".s.PGSQL." + server.port())).exists();
        assertThat(server.conninfo()).contains("port=" + server.port());
        // Nobody who copies the directory inherits the port.
        assertThat(Files.readString(data.resolve("postgresql.conf"))).doesNotContain("\nport = ");
        server.stop(StopMode.FAST);
        assertThat(server.running()).isFalse();
        assertThat(data.resolve("postmaster.pid")).doesNotExist();
      }
      assertThat(data.resolve("PG_VERSION")).exists();
    } finally {
      Directories.delete(home);
    }
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException {
    Path home = ServerAccount.current().newTemporaryDirectory("hfe");
    try (EmbeddedPostgres one =
            EmbeddedPostgres.create(
                binaries(), home.resolve("a"), home.resolve("log"), ClusterOptions.defaults());
        EmbeddedPostgres other =
            EmbeddedPostgres.create(
                binaries(), home.resolve("b"), home.resolve("log2"), ClusterOptions.defaults())) {
      one.start(0, Map.of());
      assertThatThrownBy(() -> other.start(one.port(), Map.of()))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("bind");
    } finally {
      Directories.delete(home);
    }
  }
}

package io.holdfast.postgres.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.Programs;
import io.holdfast.postgres.ServerSession;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InstalledProgramsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource(PostgresMajor.class)
  void findsTheProgramsOfTheRightVersionAmongSeveral(PostgresMajor major) {
    List<Path> hints =
        java.util.Arrays.stream(PostgresMajor.values()).map(m -> m.binaries().home()).toList();
    Programs programs = Programs.find(major.number(), hints).orElseThrow();
    assertThat(programs.version()).startsWith(major.number() + ".");
    assertThat(programs.directory()).isEqualTo(major.binaries().directory());
  }

  @Test
  void findsNothingOfAVersionThatIsNotThere() {
    assertThat(Programs.find(9, List.of(Path.of("/nowhere")))).isEmpty();
  }

  @Test
  void startsAServerAsTheOwnerOfItsDirectoryAndStopsIt() throws Exception {
    PostgresMajor major = PostgresMajor.newest();
    Programs programs =
        Programs.find(major.number(), List.of(major.binaries().directory())).orElseThrow();
    try (TestCluster cluster = TestCluster.of(major).create()) {
      cluster.configure("listen_addresses", "");
      cluster.configure("unix_socket_directories", cluster.socketDirectory().toString());
      cluster.configure("port", "54321");
      Path log = cluster.dataDirectory().resolve("start.log");
      Programs.RunningServer server = programs.start(cluster.dataDirectory(), log, PATIENCE);
      try {
        assertThat(server.alive()).isTrue();
        assertThat(server.port()).isEqualTo(54321);
        assertThat(Files.getOwner(log)).isEqualTo(Files.getOwner(cluster.dataDirectory()));
        try (ServerSession session =
            ServerSession.connect(
                ConnectionSettings.parse(
                    "host="
                        + cluster.socketDirectory()
                        + " port=54321 user=postgres dbname=postgres"))) {
          assertThat(session.inRecovery()).isFalse();
        }
      } finally {
        server.stop();
      }
      assertThat(server.alive()).isFalse();
      assertThat(cluster.dataDirectory().resolve("postmaster.pid")).doesNotExist();
      assertThat(Files.readString(log)).contains("fast shutdown");
    }
  }

  @Test
  void aServerThatDoesNotStartSaysWhyInItsOwnWords() {
    PostgresMajor major = PostgresMajor.newest();
    Programs programs =
        Programs.find(major.number(), List.of(major.binaries().directory())).orElseThrow();
    try (TestCluster cluster = TestCluster.of(major).create()) {
      cluster.configure("no_such_setting", "1");
      Path log = cluster.dataDirectory().resolve("start.log");
      assertThatThrownBy(() -> programs.start(cluster.dataDirectory(), log, PATIENCE))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("no_such_setting");
    }
  }
}

package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.sftp.OpenSshServer;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted repository on OpenSSH's server, from init to restore, command by command. */
final class SftpTest {
  @TempDir Path folder;

  @Test
  void aServerHoldsARepository() throws Exception {
    PostgresMajor major = PostgresMajor.newest();
    try (OpenSshServer server = OpenSshServer.start();
        TestCluster source = TestCluster.of(major).start()) {
      TpcbLoad.prepare(source, 1);
      ClusterContent.installChecks(source);
      Scene scene = new Scene(folder, source);
      scene.configure(Scene.on(server), source);
      scene.succeed("init", "--non-interactive");

      Process receiver = scene.start("receiver.log", "wal", "receive", "main");
      try {
        source.await("select exists (select from pg_replication_slots where active)");
        scene.succeed("backup", "main");
        try (TpcbLoad load = TpcbLoad.start(source, 2)) {
          load.awaitCommits(50);
          load.stop();
        }
        server.killConnections();
        pushOne(scene, source);
        scene.succeed("backup", "main");
      } finally {
        receiver.destroy();
        assertThat(receiver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      }

      assertThat(scene.succeed("status")).contains("sftp://" + server.user() + "@127.0.0.1:");
      assertThat(scene.succeed("verify", "--read-data")).contains("intact");
      assertThat(scene.succeed("key", "recovery-kit")).contains("host: 127.0.0.1");
      restoreAndCompare(scene, major, ClusterContent.fingerprints(source));
      assertThat(scene.succeed("doctor")).doesNotContain("leftovers").contains("sftp://");
    }
  }

  /** As the server's archive_command does it. */
  private static void pushOne(Scene scene, TestCluster source) {
    String segment = source.query("select pg_walfile_name(pg_switch_wal())");
    scene.succeed(
        "wal", "push", "main", source.dataDirectory().resolve("pg_wal/" + segment).toString());
  }

  private static void restoreAndCompare(
      Scene scene, PostgresMajor major, Map<String, ClusterContent.Fingerprint> expected)
      throws Exception {
    Path restored = scene.at("restored");
    scene.succeed("restore", "main", "--to", restored.toString(), "--start", "--json");
    String pid = Files.readAllLines(restored.resolve("postmaster.pid")).getFirst();
    ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    server.destroy();
    server.onExit().get(1, TimeUnit.MINUTES);
    try (TestCluster copy = TestCluster.over(major, restored)) {
      copy.start();
      assertThat(ClusterContent.fingerprints(copy)).isEqualTo(expected);
    }
  }
}

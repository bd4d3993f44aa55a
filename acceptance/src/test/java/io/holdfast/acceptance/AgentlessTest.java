package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A person with a plain role and a connection, who does what the program prints. */
final class AgentlessTest {
  private static final Pattern FIX = Pattern.compile("(?m)(GRANT|ALTER ROLE) [^\\n]*;");

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whatInitPrintsIsEnough(PostgresMajor major) throws Exception {
    try (TestCluster source = TestCluster.of(major).start()) {
      source.sql(
          "CREATE ROLE keeper LOGIN",
          "CREATE TABLE t AS SELECT g, md5(g::text) m FROM generate_series(1, 20000) g");
      Map<String, ClusterContent.Fingerprint> before = ClusterContent.fingerprints(source);
      Scene scene = new Scene(folder, source);
      Files.delete(scene.at("holdfast.yaml"));

      BuiltProgram.Ran first =
          scene.run(
              "init",
              "--non-interactive",
              "--source=sql",
              "--connection=" + source.conninfo().replace("user=postgres", "user=keeper"),
              "--bin-directory=" + major.binaries().directory(),
              "--passphrase-file=" + scene.at("passphrase"),
              "--repository=" + scene.at("repository"));
      assertThat(first.status()).as(first.toString()).isEqualTo(1);
      assertThat(scene.run("backup", "main").status()).isEqualTo(5);
      List<String> fixes =
          FIX.matcher(first.out()).results().map(MatchResult::group).distinct().toList();
      assertThat(fixes)
          .anySatisfy(fix ->
              assertThat(fix).contains(major.number() < 15 ? "pg_start_backup" : "pg_backup_start"))
          .anySatisfy(fix -> assertThat(fix).contains("pg_read_binary_file"));
      source.sql(fixes.toArray(String[]::new));

      assertThat(scene.succeed("init", "--non-interactive"))
          .contains("can be read through the connection");
      scene.succeed("backup", "main");
      source.sql("INSERT INTO t SELECT g, 'new' FROM generate_series(1, 10) g");
      scene.succeed("backup", "main");
      assertThat(scene.succeed("backups", "show", "latest")).contains("tracked");

      Path restored = scene.at("restored");
      ServerAccount.current()
          .user()
          .ifPresentOrElse(
              user -> scene.succeed("restore", "main", "--to=" + restored, "--owner=" + user),
              () -> scene.succeed("restore", "main", "--to=" + restored));
      scene.handOverTo(ServerAccount.current());
      try (TestCluster copy = TestCluster.over(major, restored)) {
        copy.start();
        copy.await("SELECT NOT pg_is_in_recovery()");
        assertThat(copy.query("SELECT count(*) FROM t")).isEqualTo("20010");
        copy.sql("DELETE FROM t WHERE m = 'new'");
        assertThat(ClusterContent.fingerprints(copy)).isEqualTo(before);
        assertThat(ClusterContent.damage(copy)).isEmpty();
      }
    }
  }
}

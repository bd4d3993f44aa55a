package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logical backups by the built program, beside physical ones. */
final class LogicalBackupTest {
  @TempDir Path folder;

  private TestCluster source;
  private Scene scene;

  @BeforeEach
  void start() {
    source = TestCluster.of(PgClients.MAJOR).start();
    scene = new Scene(folder, source);
    scene.succeed("init", "--non-interactive");
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void everyVerbKnowsThemBesidePhysicalOnes() throws Exception {
    SchemaZoo.create(source, "zoo");
    assertThat(scene.succeed("doctor")).contains("pg_dump 15.");
    scene.succeed("backup", "main");
    String taken = scene.succeed("backup", "main", "--kind", "logical", "--checksums");
    assertThat(taken)
        .contains("logical")
        .contains("all databases of one moment")
        .contains("zoo: 1,728 rows in 15 tables");
    source.sqlIn("zoo", "INSERT INTO public.texts VALUES (999, 'new')");
    String json =
        scene.succeed("--json", "backup", "main", "--kind", "logical", "--database", "z*");
    assertThat(json)
        .contains("\"kind\" : \"logical\"".replace(" ", ""))
        .contains("\"notSaved\":[]")
        .contains("\"rows\":1729");
    String list = scene.succeed("backups", "list", "main");
    assertThat(list.lines().filter(line -> line.contains(" logical "))).hasSize(2);
    assertThat(list).contains("physical").contains("counted");
    assertThat(scene.succeed("backups", "show", "latest")).contains("database").contains("zoo");
    scene.succeed("verify", "--read-data");
    assertThat(scene.succeed("status")).contains("restorable");

    // The newest backup is a logical one; these mean the newest physical one.
    assertThat(scene.succeed("restore", "main", "--to=" + scene.at("restored"), "--dry-run"))
        .contains("restored");
    assertThat(scene.succeed("backup", "main", "--parent", "latest")).contains("tracked");

    Path archive = scene.at("zoo.dump");
    scene.succeed("dump", "get", "latest", "zoo", "--output", archive.toString());
    source.sql("CREATE DATABASE copy TEMPLATE template0");
    PgClients.restore(source, "copy", Files.readAllBytes(archive));
    assertThat(scene.succeed("dump", "get", "latest", "zoo", "--format", "plain", "-o", "-"))
        .contains("CREATE TABLE public.texts");
    assertThat(source.rowsIn("copy", "SELECT count(*) FROM public.texts").getFirst().getFirst())
        .isEqualTo("201");
  }

  @Test
  void whereThereAreOnlyDumpsADrillLoadsThemAsTheRunbookSays() {
    Path space = ServerAccount.current().newTemporaryDirectory("hfts");
    source.sql("CREATE ROLE keeper", "CREATE DATABASE \"the shop\" OWNER keeper");
    source.sql("CREATE TABLESPACE fast LOCATION '" + space + "'");
    source.sqlIn(
        "the shop",
        "CREATE TABLE users TABLESPACE fast AS SELECT i FROM generate_series(1, 100) i");
    scene.succeed("backup", "main", "--kind", "logical");
    assertThat(scene.succeed("runbook", "main"))
        .contains("holdfast dump restore latest 'the shop' --into 'the shop' --globals");

    String said =
        scene.succeed("prove", "main", "--drill", "--scratch", scene.at("scratch").toString());

    assertThat(said)
        .contains(
            "PASSED", "100 rows in 1 tables as they were counted", "load the shop", "key check");
    assertThat(
            scene.succeed(
                "prove", "main", "--kind", "logical", "--scratch", scene.at("scratch").toString()))
        .contains("PASSED");
    assertThat(scene.at("scratch")).isEmptyDirectory();
    assertThat(space.toFile().list()).as("the source's tablespace").hasSize(1);
  }

  @Test
  void whatDoesNotBelongToTheKindIsRefused() {
    assertThat(scene.run("backup", "main", "--kind", "logical", "--full").status()).isEqualTo(2);
    assertThat(scene.run("backup", "main", "--checksums").status()).isEqualTo(2);
    BuiltProgram.Ran none =
        scene.run("backup", "main", "--kind", "logical", "--database", "nothing_*");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.err()).contains("expected a database that 'nothing_*' means");
    assertThat(scene.run("backups", "list").out()).contains("no backups yet");
  }

  @Test
  void aKilledOneLeavesNoSessionAndDoesNotHinderTheNext() throws Exception {
    source.sql("CREATE TABLE big AS SELECT i, md5(i::text) AS t FROM generate_series(1, 300000) i");
    Process backup =
        scene.start("killed", "backup", "main", "--kind", "logical", "--max-rate", "1MiB");
    source.await(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast dump%'"
            + " AND query LIKE 'COPY%'");
    backup.destroyForcibly();
    assertThat(backup.waitFor(30, TimeUnit.SECONDS)).isTrue();
    source.await(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'");
    assertThat(scene.succeed("backups", "list")).contains("no backups yet");
    scene.succeed("backup", "main", "--kind", "logical");
    scene.succeed("verify", "--read-data");
  }
}

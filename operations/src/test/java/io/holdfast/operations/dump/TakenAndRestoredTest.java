package io.holdfast.operations.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.dumping.Dumping;
import io.holdfast.operations.dumping.LogicalRequest;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.testkit.PgClients;
import io.holdfast.testkit.SchemaZoo;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.Progress;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From a server into an encrypted repository and back, two days in a row. */
class TakenAndRestoredTest {
  @Test
  void whatTheSecondDayTookComesBackThoughMostOfItLiesInTheFirst() {
    try (TestCluster server = TestCluster.of(PgClients.MAJOR).start();
        Storage storage = Storages.memory("test");
        Repository repository =
            Repository.create(
                storage,
                new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey())),
                "test",
                InstantSource.system())) {
      SchemaZoo.create(server, "zoo");
      server.sqlIn(
          "zoo",
          "INSERT INTO public.texts SELECT i, repeat(md5(i::text), 300) FROM generate_series(201,"
              + " 3000) i");
      ClusterArchive cluster = repository.cluster("main");
      backUp(server, cluster);
      server.sqlIn(
          "zoo",
          "DELETE FROM public.texts WHERE id BETWEEN 1000 AND 1010",
          "UPDATE shop.customers SET mood = 'ok' WHERE id < 10");
      backUp(server, cluster);
      LogicalBackup backup = LogicalBackup.find(cluster, "latest");
      assertThat(backup.dump("zoo").database().bytesNew())
          .isLessThan(backup.dump("zoo").database().bytes() / 4);

      DumpRestore restore =
          new DumpRestore(
              backup.dump("zoo"),
              new DumpRestoreRequest(
                  ConnectionSettings.parse(server.conninfo()),
                  "again",
                  false,
                  GlobalsPolicy.SKIP,
                  true,
                  true,
                  true,
                  true,
                  2,
                  List.of(),
                  false),
              InstantSource.system());
      DumpRestoreResult result = restore.run(restore.plan(backup.globals()), Progress.NONE);
      assertThat(result.differences()).isEmpty();
      assertThat(result.notes()).isEmpty();
      assertThat(result.checksums()).isEqualTo(15);
      assertThat(result.kept()).contains("role zoo_owner", "role zoo_reader");
      assertThat(server.queryIn("again", "SELECT count(*) FROM public.texts")).isEqualTo("2989");
      assertThat(PgClients.schema(server, "again")).isEqualTo(PgClients.schema(server, "zoo"));
    }
  }

  private static void backUp(TestCluster server, ClusterArchive cluster) {
    LogicalRequest request =
        LogicalRequest.of(ConnectionSettings.parse(server.conninfo()))
            .but(change -> {
              change.programs = List.of(PgClients.directory());
              change.checksums = true;
            });
    Dumping.run(cluster, request, Progress.NONE, InstantSource.system());
  }
}

package io.holdfast.postgres.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.PostgresException;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made-up programs do what real ones do on bad days; Debian's are the real ones. */
class InstalledClientsTest {
  private static final Duration SOON = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final ConnectionSettings NOWHERE =
      ConnectionSettings.parse("host=/nowhere port=1 dbname=x user=somebody");

  @TempDir private Path directory;

  private ClientPrograms clients(String version, String script) throws IOException {
    Path home = Files.createDirectories(directory.resolve(version));
    for (Program program : List.of(Program.PG_DUMP, Program.PG_RESTORE)) {
      Path file = home.resolve(program.command());
      Files.writeString(
          file,
          "#!/bin/bash\nif [ \"$1\" = --version ]; then echo '"
              + program.command()
              + " (PostgreSQL) "
              + version
              + "'; exit; fi\n"
              + script
              + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    return ClientPrograms.find(Integer.parseInt(version.replaceAll("\\D.*", "")), List.of(home));
  }

  private static ClientRun run(ClientPrograms clients, Duration patience) {
    return clients.start(Program.PG_DUMP, List.of("--some"), NOWHERE, patience);
  }

  private static String read(ClientRun run) throws IOException {
    return new String(run.output().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void theServersOwnVersionIsPreferredThenTheOldestOfTheNewerOnes() throws IOException {
    List<Path> hints =
        List.of(
            clients("99.1", "").directory(),
            clients("97.3", "").directory(),
            clients("96.1", "").directory());
    assertThat(ClientPrograms.find(97, hints).version()).isEqualTo("97.3");
    assertThat(ClientPrograms.find(98, hints).version()).isEqualTo("99.1");
    assertThat(ClientPrograms.find(98, hints).directory()).endsWith(Path.of("99.1"));
  }

  @Test
  void olderProgramsAreRefusedWithTheMend() throws IOException {
    List<Path> hints = List.of(clients("97.3", "").directory());
    assertThatThrownBy(() -> ClientPrograms.find(98, hints))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.status()).isEqualTo(ExitStatus.REFUSED);
              assertThat(e.hint().orElseThrow()).contains("postgresql-client-98");
            })
        .hasMessageContaining("expected pg_dump 98 or newer, found 97.3 in ");
  }

  @Test
  void debiansScriptThatChoosesByItselfIsNotTakenForTheProgram() {
    ClientPrograms found = ClientPrograms.find(15, List.of(Path.of("/usr/bin")));
    assertThat(found.directory()).isEqualTo(Path.of("/usr/lib/postgresql/15/bin"));
    assertThat(found.major()).isEqualTo(15);
  }

  @Test
  void aProgramThatFailsIsTellingWhy() throws IOException {
    ClientPrograms clients =
        clients("99.1", "echo some; echo 'error: permission denied' >&2; exit 3");
    try (ClientRun run = run(clients, LONG)) {
      assertThat(read(run)).isEqualTo("some\n");
      assertThatThrownBy(run::await)
          .isInstanceOfSatisfying(
              PostgresException.class,
              e -> assertThat(e.hint().orElseThrow()).contains("pg_read_all_data"))
          .hasMessageContaining("pg_dump failed: it ended with status 3; it said:")
          .hasMessageContaining("error: permission denied");
    }
  }

  @Test
  void aProgramThatIsKilledHasFailed() throws IOException {
    try (ClientRun run = run(clients("99.1", "echo some; kill -9 $$"), LONG)) {
      assertThat(read(run)).isEqualTo("some\n");
      assertThatThrownBy(run::await).hasMessageContaining("signal 9; it said nothing");
    }
  }

  @Test
  void aProgramThatHangsIsEnded() throws IOException {
    try (ClientRun run = run(clients("99.1", "echo some; exec sleep 600"), SOON)) {
      InputStream output = run.output();
      assertThat(output.read(new byte[100])).isEqualTo(5);
      assertThatThrownBy(() -> output.read(new byte[100]))
          .hasMessageContaining("nothing came from it for");
      assertThatThrownBy(run::await).hasMessageContaining("nothing came from it for");
      assertThat(ProcessHandle.of(run.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }
  }

  @Test
  void aProgramThatHangsAfterItsOutputIsEnded() throws IOException {
    try (ClientRun run = run(clients("99.1", "echo some; exec sleep 600 >&- 2>&-"), SOON)) {
      assertThat(read(run)).isEqualTo("some\n");
      assertThatThrownBy(run::await).hasMessageContaining("nothing came from it for");
    }
  }

  @Test
  void aProgramThatHangsIsEndedWithWhatItStarted() throws Exception {
    String script = "sleep 600 & echo $! > '" + directory + "/child'; echo some; wait; sleep 600";
    try (ClientRun run = run(clients("99.1", script), SOON)) {
      InputStream output = run.output();
      assertThat(output.read(new byte[100])).isEqualTo(5);
      assertThatThrownBy(() -> output.read(new byte[100]))
          .hasMessageContaining("nothing came from it for");
      assertThatThrownBy(run::await).hasMessageContaining("nothing came from it for");
    }
    assertThat(child()).isEmpty();
  }

  @Test
  void whatAProgramLeavesBehindWithItsPipesIsNotWaitedFor() throws Exception {
    ClientPrograms clients =
        clients(
            "99.1",
            ("(cat > /dev/null; exec sleep 600) <&0 & echo $! > HERE/child; echo some;"
                    + " while [ ! -e HERE/go ]; do sleep 0.05; done; rm HERE/go")
                .replace("HERE", directory.toString()));
    try (ClientRun run = clients.start(Program.PG_DUMP, List.of(), Duration.ZERO)) {
      assertThat(run.output().read(new byte[100])).isEqualTo(5);
      Files.createFile(directory.resolve("go"));
      assertThat(run.output().read()).isNegative();
      run.await();
    } finally {
      child().ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private java.util.Optional<ProcessHandle> child() throws IOException {
    long pid = Long.parseLong(Files.readString(directory.resolve("child")).strip());
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
  }

  @Test
  void aProgramThatWaitsForUsIsNotTakenForHanging() throws Exception {
    try (ClientRun run = run(clients("99.1", "yes 0123456789 | head -c 1000000"), SOON)) {
      assertThat(run.output().read()).isEqualTo('0');
      Thread.sleep(SOON.toMillis() * 3);
      assertThat(read(run)).hasSize(999_999);
      run.await();
    }
  }

  @Test
  void closingEndsAProgramAtWork() throws IOException {
    for (String script : List.of("echo some; exec sleep 600", "yes some")) {
      ClientRun run = run(clients("99.1", script), LONG);
      assertThat(run.output().read()).isEqualTo('s');
      run.close();
      assertThat(ProcessHandle.of(run.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }
    while (listening()) {
      Thread.onSpinWait();
    }
  }

  private static boolean listening() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("hears-"));
  }

  @Test
  void whatItSaysNeverBlocksItAndIsKeptInPart() throws IOException {
    ClientPrograms clients =
        clients("99.1", "for i in {1..20000}; do echo \"warning $i\" >&2; done; echo done");
    try (ClientRun run = run(clients, LONG)) {
      assertThat(read(run)).isEqualTo("done\n");
      run.await();
      assertThat(run.said()).hasSize(200).startsWith("warning 1").endsWith("warning 20000");
    }
  }

  @Test
  void whatItReadsComesFromUs() throws IOException {
    ClientPrograms clients = clients("99.1", "tr a-z A-Z");
    try (ClientRun run = clients.start(Program.PG_RESTORE, List.of(), Duration.ZERO)) {
      try (OutputStream input = run.input()) {
        input.write("given".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(read(run)).isEqualTo("GIVEN");
      run.await();
    }
  }

  @Test
  void aRealDumpIsMadeWithAPasswordThatIsInNoArgument() throws Exception {
    try (TestCluster server =
        TestCluster.of(PostgresMajor.V15).password("not to be seen").start()) {
      server.sql(
          "CREATE TABLE a AS SELECT generate_series(1, 1000) AS id",
          "ALTER ROLE postgres SET statement_timeout = 300",
          "ALTER DATABASE postgres SET idle_in_transaction_session_timeout = 1");
      Path passwords = directory.resolve("passwords");
      Files.writeString(passwords, "*:*:*:postgres:not to be seen\n");
      Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
      ConnectionSettings connection =
          ConnectionSettings.parse(server.conninfo()).with("passfile", passwords.toString());
      try (ClientRun run =
          ClientPrograms.find(15, List.of())
              .start(Program.PG_DUMP, List.of("--format=custom"), connection, LONG)) {
        String command =
            ProcessHandle.of(run.pid())
                .flatMap(handle -> handle.info().commandLine())
                .orElse("/bin/pg_dump");
        assertThat(command).contains("pg_dump").doesNotContain("not to be seen");
        assertThat(read(run)).startsWith("PGDMP");
        run.await();
      }
    }
  }

  @Test
  void theEnvironmentThatWouldChangeADumpIsKeptAway() throws IOException {
    ClientPrograms clients = clients("99.1", "env | grep '^PG' | sort");
    try (ClientRun run = run(clients, LONG)) {
      assertThat(read(run).lines())
          .contains("PGHOST=/nowhere", "PGPORT=1", "PGDATABASE=x", "PGUSER=somebody")
          .anyMatch(line ->
              line.startsWith("PGOPTIONS=-c statement_timeout=0")
                  && line.contains("-c transaction_timeout=0"))
          .noneMatch(line -> line.startsWith("PGCLIENTENCODING"));
      run.await();
    }
  }
}

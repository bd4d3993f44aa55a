package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.testkit.ClusterContent;
import io.holdfast.testkit.ClusterContent.Fingerprint;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Where a restore may go, and what it makes of what lies elsewhere. One source for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RestorePlacesTest {
  private static final String ODD_NAME = "t'ab \"le\" späße";

  private Scene scene;
  private TestCluster source;
  private Map<String, Fingerprint> content;
  private Path location;

  @BeforeAll
  void makeSource() throws Exception {
    scene = new Scene(PostgresMajor.newest(), o -> o.directoryName("da'ta ünd mehr"));
    source = scene.source;
    location = ownedDirectory("space \"one\" ä");
    source.sql(
        "CREATE TABLESPACE \""
            + ODD_NAME.replace("\"", "\"\"")
            + "\" LOCATION '"
            + location.toString().replace("'", "''")
            + "'",
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE inplace LOCATION ''",
        "CREATE TABLE near AS SELECT g, repeat('x', 100) FROM generate_series(1, 2000) g",
        "CREATE TABLE far TABLESPACE \""
            + ODD_NAME.replace("\"", "\"\"")
            + "\" AS SELECT g FROM"
            + " generate_series(1, 3000) g",
        "CREATE TABLE inner_far TABLESPACE inplace AS SELECT g FROM generate_series(1, 1000) g");
    leadElsewhere();
    scene.backup();
    source.sql("INSERT INTO far SELECT generate_series(1, 10)");
    content = ClusterContent.fingerprints(source);
    scene.exportWal();
  }

  /** As Debian has it: configuration outside, with names of files that a copy must not use. */
  private void leadElsewhere() throws IOException {
    Path data = source.dataDirectory();
    Path etc = ownedDirectory("etc");
    for (String name : List.of("postgresql.conf", "pg_hba.conf", "pg_ident.conf")) {
      Files.move(data.resolve(name), etc.resolve(name));
    }
    Files.writeString(
        etc.resolve("postgresql.conf"),
        "data_directory = '"
            + data.toString().replace("'", "''")
            + "'\n"
            + "hba_file = '"
            + etc.resolve("pg_hba.conf")
            + "'\n"
            + "ident_file = '"
            + etc.resolve("pg_ident.conf")
            + "'\n"
            + "external_pid_file = '"
            + etc.resolve("pid")
            + "'\n"
            + "cluster_name = 'the original'\n"
            + "recovery_min_apply_delay = '1h'\n"
            + "log_line_prefix = 'original '\n",
        StandardOpenOption.APPEND);
    source.stop();
    source.start(Map.of("config_file", etc.resolve("postgresql.conf").toString()));
  }

  private Path ownedDirectory(String name) throws IOException {
    Path made = Files.createDirectory(scene.home.resolve(name));
    ServerAccount.current().own(made);
    return made;
  }

  @AfterAll
  void close() {
    scene.close();
  }

  private RestoreRequest.Builder to(String name) {
    return scene.to(name).mapping(Map.of(ODD_NAME, scene.place("moved " + name + " ü")));
  }

  private void refused(String because, ThrowingCallable attempt) {
    assertThatThrownBy(attempt)
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e).hasMessageContaining(because);
              assertThat(e.status()).isEqualTo(ExitStatus.REFUSED);
              assertThat(e.hint()).isPresent();
            });
  }

  private RestorePlan plan(RestoreRequest.Builder request) {
    return scene.restore().plan(request.build(), Progress.NONE);
  }

  /** A copy made with its links shares what they lead to with the server that runs. */
  @Test
  void nothingThatARunningServerUsesIsEverATarget() throws Exception {
    Path copy = scene.place("copied with its links");
    // Files come and go meanwhile, which cp minds and we do not.
    new ProcessBuilder("cp", "-a", source.dataDirectory().toString(), copy.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
    Files.deleteIfExists(copy.resolve("postmaster.pid"));
    refused(
        "in use by the server that is running in",
        () -> plan(scene.to("copied with its links").delta(true)));

    Tree.delete(copy.resolve("pg_wal"));
    Files.createSymbolicLink(copy.resolve("pg_wal"), source.dataDirectory().resolve("pg_wal"));
    refused(
        "in use by the server that is running in",
        () -> plan(to("copied with its links").delta(true)));

    refused(
        "in use by the server that is running in",
        () ->
            plan(
                scene
                    .to("inside")
                    .mapping(Map.of(ODD_NAME, source.dataDirectory().resolve("base/inside")))));
    refused(
        "in use by the server that is running in",
        () -> plan(scene.to("deep").mapping(Map.of(ODD_NAME, location.resolve("deep")))));
  }

  @Test
  void aCopyHasItsTablespacesElsewhereAndAConfigurationOfItsOwn() throws Exception {
    RestoreRequest request = to("made/on the way/co'py ü").build();

    RestorePlan plan = scene.restore().plan(request, Progress.NONE);
    assertThat(String.join("\n", plan.lines()))
        .contains("moved made/on the way/co'py ü")
        .contains("configuration lay outside");
    assertThat(plan.toJson().get("tablespaces").size()).isEqualTo(1);
    scene.run(request);

    Path copy = request.directory();
    try (TestCluster restored = scene.started(copy)) {
      assertThat(ClusterContent.fingerprints(restored)).isEqualTo(content);
      assertThat(ClusterContent.damage(restored)).isEmpty();
      assertThat(restored.query("SHOW data_directory")).isEqualTo(copy.toString());
      assertThat(restored.query("SHOW hba_file")).isEqualTo(copy + "/pg_hba.conf");
      assertThat(restored.query("SHOW cluster_name")).isEqualTo("holdfast-restore");
      assertThat(restored.query("SHOW log_line_prefix")).isEqualTo("original ");
      assertThat(restored.query("SHOW external_pid_file")).isEmpty();
      assertThat(
              restored.query(
                  "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = '"
                      + ODD_NAME.replace("'", "''")
                      + "'"))
          .isEqualTo(scene.place("moved made/on the way/co'py ü ü").toString());
    }
    assertThat(Files.exists(copy.resolve("tablespace_map"))).isFalse();
    assertThat(Files.exists(copy.resolve("holdfast.config"))).isFalse();
    assertThat(Files.exists(copy.resolve(InterruptedMarker.NAME))).isFalse();
    assertThat(source.rows("SELECT count(*) FROM far").getFirst()).containsExactly("3010");
    Tree.delete(copy);
  }

  @Test
  void whoTakesOverKeepsTheSettingsAndFindsTheOutsideFilesBeside() throws Exception {
    RestoreRequest request = to("heir").takeOver(true).build();
    scene.run(request);

    Path heir = request.directory();
    assertThat(Files.readString(heir.resolve("holdfast.config/postgresql.conf")))
        .contains("cluster_name = 'the original'");
    try (TestCluster restored = scene.started(heir)) {
      assertThat(restored.query("SHOW cluster_name")).isEqualTo("the original");
      assertThat(restored.query("SHOW data_directory")).isEqualTo(heir.toString());
    }
    Tree.delete(heir);
  }

  @Test
  void withoutItsLabelACopyDoesNotStart() throws Exception {
    RestoreRequest request = to("label").build();
    scene.run(request);
    Files.delete(request.directory().resolve("backup_label"));

    assertThatThrownBy(() -> scene.started(request.directory()))
        .hasMessageContaining("could not locate a valid checkpoint record");
    Tree.delete(request.directory());
  }

  @Test
  void asRootTheFilesGoToTheirOwnerOrTheOneAskedFor() throws Exception {
    if (!Ownership.runsAsRoot()) {
      assertThatThrownBy(() -> plan(to("x").ownedBy(Optional.of(new FileOwner("nobody", "")))))
          .hasMessageContaining("only root may");
      return;
    }
    refused(
        "there is none on this machine",
        () -> plan(to("x").ownedBy(Optional.of(new FileOwner("n0b0dy-here", "")))));
    RestoreRequest request =
        to("owned").ownedBy(Optional.of(new FileOwner("nobody", "nogroup"))).build();
    scene.run(request);

    try (var all = Files.walk(request.directory())) {
      assertThat(all)
          .allSatisfy(path ->
              assertThat(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName())
                  .isEqualTo("nobody"));
    }
    assertThat(Files.getOwner(scene.place("moved owned ü")).getName()).isEqualTo("nobody");
    Tree.delete(request.directory());
  }

  @Test
  void placesThatHoldSomethingAreRefused() throws Exception {
    Path full = Files.createDirectory(scene.place("full"));
    Files.createFile(full.resolve("x"));
    refused("is not empty", () -> plan(to("full")));
    refused("expected that in PG_VERSION", () -> plan(to("full").delta(true)));
    refused("is not a directory", () -> plan(to("full/x")));
    refused("is not empty", () -> plan(scene.to("x")));
    Path taken = Files.createDirectory(scene.place("taken"));
    Files.createFile(taken.resolve("x"));
    refused("for tablespace", () -> plan(scene.to("x").mapping(Map.of(ODD_NAME, taken))));
    assertThat(Files.exists(scene.place("x"))).isFalse();
  }

  @Test
  void theSourceAndTheRepositoryAreOutOfBounds() {
    refused(
        "a server is running", () -> plan(RestoreRequest.to(source.dataDirectory()).delta(true)));
    refused(
        "lie one in the other",
        () -> plan(RestoreRequest.to(source.dataDirectory().resolve("base/new"))));
    refused(
        "lie one in the other",
        () -> plan(RestoreRequest.to(scene.repositoryFolder.resolve("new"))));
    refused(
        "lie one in the other",
        () -> plan(scene.to("x").mapping(Map.of(ODD_NAME, scene.place("x").resolve("inside")))));
  }

  @Test
  void mappingsThatFitNothingAreRefusedWithWhatThereIs() {
    assertThatThrownBy(() -> plan(scene.to("x").mapping(Map.of("nope", scene.place("y")))))
        .hasMessageContaining("has no tablespace 'nope'")
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.hint()).get().asString().contains(ODD_NAME));
    assertThat(
            plan(scene.to("x").mapping(Map.of(location.toString(), scene.place("y"))))
                .tablespaces()
                .places()
                .getFirst()
                .to())
        .isEqualTo(scene.place("y"));
  }

  @Test
  void tooLittleSpaceIsSeenBeforeAnythingIsWritten() {
    Space tight = new Space(Path.of("/x"), 5_000_000_000L, 4_000_000_000L);
    refused("expected 5.0 GB free, found 4.0 GB", tight::check);
    assertThat(plan(to("x")).space()).allMatch(Space::enough);
    assertThat(plan(to("x")).space().getFirst().needed()).isGreaterThan(20_000_000);
  }

  /** Left where a restore was killed after its last step but one. */
  @Test
  void aMarkerInWhatHasBecomeAnotherClusterOpensNoDoor() throws Exception {
    try (TestCluster other = TestCluster.of(PostgresMajor.newest()).start()) {
      other.stop();
      Files.createFile(other.dataDirectory().resolve(InterruptedMarker.NAME));

      refused(
          "holds another cluster",
          () -> plan(RestoreRequest.to(other.dataDirectory()).delta(true)));
    }
  }

  @Test
  void askingForTheImpossibleIsAUsageError() {
    assertThatThrownBy(() -> plan(to("x").then(TargetAction.PAUSE)))
        .hasMessageContaining("needs a target");
    assertThatThrownBy(() ->
            plan(
                to("x")
                    .at(new RecoveryTarget.Immediate())
                    .takeOver(true)
                    .start(true)
                    .then(TargetAction.PAUSE)))
        .hasMessageContaining("cannot tell when a server that takes over has paused");
    assertThatThrownBy(() -> plan(to("x").following(Optional.of("host=p"))))
        .hasMessageContaining("--standby");
    assertThatThrownBy(
            () -> plan(to("x").standby(true).following(Optional.of("host=p password=x"))))
        .hasMessageContaining("password");
    refused("no backup lies on the path", () -> plan(to("x").onTimeline(OptionalInt.of(7))));
  }
}

package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.restore.RecoveryTarget;
import io.holdfast.postgres.Lsn;
import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A backup from before a promotion, and WAL from after it: recovery gets there by the history of
 * the new timeline alone. Likewise of one version or of all.
 */
@ParameterizedClass
@MethodSource("io.holdfast.operations.proof.CorpusTest#versions")
class PromotedCorpusTest {
  private static final String WAL = "clusters/main/wal";
  private static final String HISTORY = "00000002.history";

  @SuppressWarnings("NullAway.Init")
  private static ProofScene scene;

  @SuppressWarnings("NullAway.Init")
  private static BackupId id;

  @SuppressWarnings("NullAway.Init")
  private static byte[] history;

  @BeforeParameterizedClassInvocation
  static void start(PostgresMajor version) throws IOException {
    scene = new ProofScene(TestCluster.of(version).checksums(true).start());
    scene.source.sql("CREATE TABLE marks (i int)");
    id = scene.backup();
    scene.source.sql("INSERT INTO marks VALUES (1)");
    scene.archiveWal();
    scene.source.sql("INSERT INTO marks VALUES (2)");
    scene.archiveWal();
    scene.source.sql("INSERT INTO marks VALUES (3)");
    scene.archiveWal();
    scene.source.configure("restore_command", "false");
    scene.whileStopped(() -> {
      Path signal = Files.createFile(scene.source.dataDirectory().resolve("recovery.signal"));
      ServerAccount.current().own(signal);
    });
    scene.source.await("SELECT NOT pg_is_in_recovery()");
    scene.source.sql("INSERT INTO marks VALUES (4)");
    history = Files.readAllBytes(scene.source.dataDirectory().resolve("pg_wal").resolve(HISTORY));
    scene.wal().putHistory(2, history);
    scene.archiveWal();
    for (Path object : scene.objects(WAL)) {
      good.put(object, Files.readAllBytes(object));
    }
  }

  @AfterEach
  void makeItHealthyAgain() throws IOException {
    for (Path object : scene.objects(WAL)) {
      Files.delete(object);
    }
    for (Map.Entry<Path, byte[]> each : good.entrySet()) {
      Files.write(each.getKey(), each.getValue());
    }
  }

  @AfterParameterizedClassInvocation
  static void end() {
    scene.close();
    good.clear();
  }

  private static final Map<Path, byte[]> good = new LinkedHashMap<>();

  PromotedCorpusTest(PostgresMajor version) {
    assertThat(scene.source.major()).isEqualTo(version);
  }

  private static Proof prove() {
    return scene.prove(
        id,
        Rung.EQUAL,
        List.of(new Assertion("postgres", "marks", "SELECT max(i) = 4 FROM marks")),
        Optional.empty());
  }

  private static Path object(String name) {
    return scene.objects(WAL).stream()
        .filter(path -> path.getFileName().toString().startsWith(name))
        .reduce((a, b) -> {
          throw new AssertionError(a + " and " + b);
        })
        .orElseThrow(() -> new AssertionError(scene.objects(WAL)));
  }

  private static void assertFails(Proof proof, String code) {
    assertThat(proof.findings()).as("%s", proof).extracting(Finding::code).containsExactly(code);
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.reached()).contains(Rung.STORED);
  }

  @Test
  void aWholeOneIsHealthy() {
    Proof proof = prove();

    assertThat(proof.findings()).as("%s", proof).isEmpty();
    assertThat(proof.verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void aHistoryThatIsLost() throws IOException {
    Files.delete(object(HISTORY));

    Proof proof = prove();

    assertFails(proof, "history.damaged");
    assertThat(proof.findings().getFirst().found()).contains("there is no such file");
  }

  @Test
  void aHistoryWithAFlippedBit() throws IOException {
    Path object = object(HISTORY);
    byte[] content = Files.readAllBytes(object);
    content[content.length / 2] ^= 1;
    Files.delete(object);
    Files.write(object, content);

    Proof proof = prove();

    assertFails(proof, "history.damaged");
  }

  @Test
  void aHistoryThatNamesAnotherPointToBranchOff() throws IOException {
    Files.delete(object(HISTORY));
    String branch = new String(history, StandardCharsets.UTF_8).split("\\s+", -1)[1];
    long at = Long.parseLong(branch.substring(branch.indexOf('/') + 1), 16);
    for (long wrong : List.of(at - 0x1000000, at - 0x100, at + 0x100)) {
      scene
          .wal()
          .putHistory(
              2,
              new String(history, StandardCharsets.UTF_8)
                  .replace(branch, "0/" + Long.toHexString(wrong).toUpperCase(Locale.ROOT))
                  .getBytes(StandardCharsets.UTF_8));

      Proof proof = prove();

      Files.delete(object(HISTORY));
      assertFails(proof, "history.damaged");
      assertThat(proof.findings().getFirst().found()).contains("its WAL says");
    }
  }

  @Test
  void aSegmentAfterTheBackupThatIsLost() throws IOException {
    List<Path> segments = ofTheFirstTimeline();
    // The very last one is not missed: the new timeline begins with a copy.
    Files.delete(segments.get(segments.size() - 2));

    assertFails(prove(), "wal.missing");
  }

  /** A server whose WAL nobody archives looks like that while its next backup runs. */
  @Test
  void wherePerhapsNothingWasArchivedAWarningIsGiven() throws IOException {
    List<Path> segments = ofTheFirstTimeline();
    for (int fromEnd = 2; fromEnd <= 4; fromEnd++) {
      Files.delete(segments.get(segments.size() - fromEnd));
    }

    Proof proof = scene.prove(id, Rung.RESTORED);

    assertThat(proof.findings())
        .as("%s", proof)
        .extracting(Finding::code)
        .containsExactly("wal.gap");
    assertThat(proof.verdict()).isEqualTo(Verdict.PASSED);
  }

  private static List<Path> ofTheFirstTimeline() {
    return scene.objects(WAL).stream()
        .filter(path -> path.getFileName().toString().matches("00000001[0-9A-F]{16}"))
        .toList();
  }

  /** As after a while without a receiver: what is there of it begins with a checkpoint. */
  @Test
  void aTimelineWhoseBeginningIsNotArchivedDoesNotSpeakAgainstItsHistory() throws IOException {
    scene.source.restart();
    scene.source.sql("INSERT INTO marks VALUES (4)");
    scene.archiveWal();
    List<Path> segments =
        scene.objects("clusters/main/wal").stream()
            .filter(path -> path.getFileName().toString().matches("00000002[0-9A-F]{16}.*"))
            .toList();
    assertThat(segments).hasSizeGreaterThan(1);
    byte[] content = Files.readAllBytes(segments.getFirst());
    Files.delete(segments.getFirst());
    Lsn stop = PhysicalDetails.of(scene.archive.open(id).manifest()).window().stop();

    Proof proof = scene.prove(id, new RecoveryTarget.Position(stop, true), Optional.empty());

    Files.write(segments.getFirst(), content);
    assertThat(proof.findings()).as("%s", proof).extracting(Finding::code).isEmpty();
  }
}

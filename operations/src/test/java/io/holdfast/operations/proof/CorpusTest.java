package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.BackupId;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Backups that differ from a healthy one in exactly one way: each is found, by its own code. The
 * source has no checksums, so that only PostgreSQL's checks of what is in the pages can find it.
 */
class CorpusTest {
  private static final int PAGE = 8192;
  private static ProofScene scene;

  @BeforeAll
  static void start() {
    TestCluster source =
        TestCluster.of(PostgresMajor.newest())
            .checksums(false)
            .setting("autovacuum", "off")
            .start();
    scene = new ProofScene(source);
  }

  @AfterAll
  static void end() {
    scene.close();
  }

  private static List<String> codes(Proof proof) {
    return proof.findings().stream().map(Finding::code).distinct().toList();
  }

  private static Proof found(Rung level, Rung at, String... codes) {
    Proof proof = scene.prove(scene.backup(), level);
    assertThat(codes(proof)).as("%s", proof).containsExactly(codes);
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.steps())
        .filteredOn(step -> step.verdict() == Verdict.FAILED)
        .extracting(Proof.Step::rung)
        .containsExactly(at);
    return proof;
  }

  @Test
  void aRowThatSaysItIsLongerThanItsPage() {
    scene.source.sql("CREATE TABLE rows AS SELECT i, md5(i::text) FROM generate_series(1, 500) i");
    Path file = scene.fileOf("rows");
    // Line pointers are from byte 24 on, the last 15 bits of each are a length (itemid.h).
    scene.whileStopped(() -> ProofScene.flip(file, 27, 0x40));

    Proof proof = found(Rung.SOUND, Rung.SOUND, "heap.corrupt");

    assertThat(proof.findings().getFirst().subject()).contains("public.rows", "postgres");
    scene.whileStopped(() -> ProofScene.flip(file, 27, 0x40));
    scene.source.sql("DROP TABLE rows");
  }

  @Test
  void aKeyInAnIndexThatNoRowHas() {
    scene.source.sql(
        "CREATE TABLE keyed AS SELECT i FROM generate_series(1, 200) i",
        "CREATE INDEX keyed_i ON keyed (i)");
    Path file = scene.fileOf("keyed_i");
    // The first tuple of the leaf, block 1, ends where 16 bytes of its own begin (nbtree.h).
    scene.whileStopped(() -> ProofScene.flip(file, PAGE + PAGE - 16 - 8, 0x7f));

    Proof proof = found(Rung.SOUND, Rung.SOUND, "index.corrupt");

    assertThat(proof.findings().getFirst().subject()).contains("public.keyed_i");
    scene.source.sql("DROP TABLE keyed");
  }

  @Test
  void aPageThatIsAnotherOneOfTheSameTable() {
    scene.source.sql(
        "CREATE TABLE swapped AS SELECT i FROM generate_series(1, 2000) i",
        "CREATE INDEX swapped_i ON swapped (i)");
    Path file = scene.fileOf("swapped");
    scene.whileStopped(() -> {
      byte[] content = Files.readAllBytes(file);
      System.arraycopy(content, PAGE, content, 0, PAGE);
      Files.write(file, content);
    });

    found(Rung.SOUND, Rung.SOUND, "index.corrupt");

    scene.source.sql("DROP TABLE swapped");
  }

  @Test
  void aVisibilityMapOfYesterday() throws IOException {
    scene.source.sql("CREATE TABLE seen AS SELECT i FROM generate_series(1, 100) i");
    scene.source.sql("VACUUM seen");
    Path map = Path.of(scene.fileOf("seen") + "_vm");
    byte[][] yesterday = new byte[1][];
    scene.whileStopped(() -> yesterday[0] = Files.readAllBytes(map));
    scene.source.sql("DELETE FROM seen WHERE i = 7");
    scene.whileStopped(() -> Files.write(map, yesterday[0]));

    found(Rung.SOUND, Rung.SOUND, "visibility.stale");

    scene.source.sql("DROP TABLE seen");
  }

  @Test
  void aFileOfATableThatIsGone() {
    scene.source.sql("CREATE TABLE lost AS SELECT i FROM generate_series(1, 100) i");
    Path file = scene.fileOf("lost");
    byte[][] content = new byte[1][];
    scene.whileStopped(() -> {
      content[0] = Files.readAllBytes(file);
      Files.delete(file);
    });

    Proof proof = scene.prove(scene.backup(), Rung.SOUND);

    scene.whileStopped(() -> {
      Files.write(file, content[0]);
      Files.setAttribute(
          file, "unix:uid", Files.getAttribute(scene.source.dataDirectory(), "unix:uid"));
    });
    scene.source.sql("DROP TABLE lost");

    assertThat(codes(proof)).as("%s", proof).containsExactly("file.unreadable");
    assertThat(proof.findings().getFirst().subject()).contains("public.lost");
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
  }

  @Test
  void aSequenceBehindItsColumn() {
    scene.source.sql(
        "CREATE TABLE counted (id serial PRIMARY KEY)",
        "INSERT INTO counted SELECT i FROM generate_series(1, 10) i");

    Proof proof = scene.prove(scene.backup(), Rung.EQUAL);

    assertThat(codes(proof)).containsExactly("sequence.behind");
    assertThat(proof.verdict()).as("a warning").isEqualTo(Verdict.PASSED);
    scene.source.sql("DROP TABLE counted");
  }

  @Test
  void aTableThatWasEmptiedBeforeTheBackup() {
    scene.source.sql("CREATE TABLE emptied AS SELECT i FROM generate_series(1, 1000) i");
    Proof before = scene.prove(scene.backup(), Rung.EQUAL);
    assertThat(before.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(codes(before)).isEmpty();
    scene.source.sql("TRUNCATE emptied");

    Proof after = scene.prove(scene.backup(), Rung.EQUAL, List.of(), Optional.of(before));

    assertThat(codes(after)).containsExactly("rows.vanished");
    assertThat(after.findings().getFirst().found()).contains("1000 rows").contains("none");
    scene.source.sql("DROP TABLE emptied");
  }

  @Test
  void whatTheUserSaysOfHisData() {
    scene.source.sql(
        "CREATE TABLE news AS SELECT now() - interval '2 days' AS at FROM generate_series(1, 5)");
    BackupId id = scene.backup();

    Proof proof =
        scene.prove(
            id,
            Rung.EQUAL,
            List.of(
                new Assertion("postgres", "some", "SELECT count(*) = 5 FROM news"),
                new Assertion(
                    "postgres", "fresh", "SELECT max(at) > :target - interval '1 day' FROM news"),
                new Assertion("postgres", "there", "SELECT count(*) = 1 FROM nowhere"),
                new Assertion("postgres", "no answer", "SELECT 5"),
                new Assertion("elsewhere", "no database", "SELECT true")),
            Optional.empty());

    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(proof.findings())
        .extracting(Finding::code, Finding::subject)
        .extracting(Object::toString)
        .hasSize(4)
        .anySatisfy(text -> assertThat(text).contains("assertion.failed").contains("'fresh'"))
        .anySatisfy(text -> assertThat(text).contains("assertion.error").contains("'there'"))
        .anySatisfy(text -> assertThat(text).contains("assertion.error").contains("'no answer'"))
        .anySatisfy(text -> assertThat(text).contains("assertion.error").contains("'no database'"));
    assertThat(proof.steps().getLast().said()).contains("1 of 5 statements of yours hold");
    scene.source.sql("DROP TABLE news");
  }

  @Test
  void aPackThatIsDamagedOrGone() throws IOException {
    BackupId id = scene.backup();
    Path pack = last(scene.repositoryFolder.resolve("clusters/main/packs"), CorpusTest::length);
    byte[] content = Files.readAllBytes(pack);
    byte[] damaged = content.clone();
    damaged[content.length / 2] ^= 1;
    replace(pack, damaged);

    Proof flipped = scene.prove(id, Rung.EQUAL);
    assertThat(codes(flipped)).containsExactly("pack.damaged");
    assertThat(flipped.steps())
        .extracting(Proof.Step::verdict)
        .containsExactly(
            Verdict.PASSED,
            Verdict.FAILED,
            Verdict.UNVERIFIED,
            Verdict.UNVERIFIED,
            Verdict.UNVERIFIED);
    assertThat(flipped.verdict()).isEqualTo(Verdict.FAILED);

    Files.delete(pack);
    Proof gone = scene.prove(id, Rung.EQUAL);
    assertThat(codes(gone)).containsExactly("pack.missing");
    assertThat(gone.reached()).isEmpty();
    replace(pack, content);
    assertThat(scene.prove(id, Rung.INTACT).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void walThatIsGone() throws IOException {
    BackupId id = scene.backup();
    Path segment = last(scene.repositoryFolder.resolve("clusters/main/wal"), CorpusTest::changed);
    byte[] content = Files.readAllBytes(segment);
    Files.delete(segment);

    Proof proof = scene.prove(id, Rung.EQUAL);

    assertThat(codes(proof)).containsExactly("wal.missing");
    assertThat(proof.verdict()).isEqualTo(Verdict.FAILED);
    replace(segment, content);
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    Files.write(file, content);
  }

  /** Of the files below the last one in that order. */
  private static Path last(Path folder, Function<Path, Long> order) throws IOException {
    List<Path> files = new ArrayList<>();
    collect(folder, files);
    return files.stream().max(Comparator.comparing(order)).orElseThrow();
  }

  private static Long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void collect(Path folder, List<Path> into) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry)) {
          collect(entry, into);
        } else {
          into.add(entry);
        }
      }
    }
  }
}

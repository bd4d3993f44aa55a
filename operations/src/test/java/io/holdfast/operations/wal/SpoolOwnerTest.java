package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolOwnerTest {
  private static final SpoolOwner OURS = new SpoolOwner("r1", "main", MadeUpWal.SYSTEM);

  @TempDir private Path spool;

  @Test
  void anEmptySpoolIsTakenAndStaysOurs() {
    OURS.claim(spool);
    OURS.claim(spool);
    assertThat(spool.resolve("owner")).hasContent("r1 main " + MadeUpWal.SYSTEM + "\n");
  }

  @ParameterizedTest
  @CsvSource({"r2, main", "r1, shop"})
  void thatOfAnotherRepositoryOrClusterIsRefused(String repository, String cluster)
      throws IOException {
    OURS.claim(spool);
    Path waiting = wal(MadeUpWal.SYSTEM);
    SpoolOwner other = new SpoolOwner(repository, cluster, MadeUpWal.SYSTEM);
    assertThatThrownBy(() -> other.claim(spool))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("cluster " + cluster + " in repository " + repository)
        .hasMessageContaining("found that of cluster main in repository r1");
    assertThat(waiting).exists();
    assertThat(spool.resolve("owner")).content().startsWith("r1 main ");
  }

  @Test
  void aServerThatReplacesAnotherTakesOver() {
    OURS.claim(spool);
    new SpoolOwner("r1", "main", 7).claim(spool);
    assertThat(spool.resolve("owner")).hasContent("r1 main 7\n");
  }

  @Test
  void wasThereBeforeRecordsWereAndHoldsOurWal() throws IOException {
    wal(MadeUpWal.SYSTEM);
    Files.createFile(spool.resolve("empty.spool"));
    Files.createDirectory(spool.resolve("lost+found"));
    OURS.claim(spool);
    assertThat(spool.resolve("owner")).content().startsWith("r1 main ");
  }

  @Test
  void wasThereBeforeRecordsWereAndHoldsWalOfAnotherServer() throws IOException {
    wal(8);
    assertThatThrownBy(() -> OURS.claim(spool))
        .isInstanceOfSatisfying(
            HoldfastException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.REFUSED))
        .hasMessageContaining("does not say whose it is");
    assertThat(spool.resolve("owner")).as("nothing is touched").doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "r2 ma", "r2 main 12"})
  void aRecordThatACrashCutOffSaysNothing(String text) throws IOException {
    Files.writeString(spool.resolve("owner"), text);
    assertThatCode(() -> OURS.claim(spool)).doesNotThrowAnyException();
    assertThat(spool.resolve("owner")).hasContent("r1 main " + MadeUpWal.SYSTEM + "\n");
  }

  @Test
  void troubleIsToldInWordsWithThePathOnce() {
    Path gone = spool.resolve("gone");
    assertThatThrownBy(() -> SpoolSegment.create(gone, MadeUpWal.segment(1, 5), false))
        .isInstanceOf(HoldfastException.class)
        .hasMessageMatching("could not create WAL spool \\S+\\.spool: no such file or directory");
    assertThatThrownBy(() -> OURS.claim(gone))
        .isInstanceOf(HoldfastException.class)
        .hasMessage("could not use the WAL spool " + gone + ": no such file or directory");
    SpoolSegment closed = SpoolSegment.create(spool, MadeUpWal.segment(1, 5), false);
    closed.close();
    assertThatThrownBy(() -> closed.append(new byte[1], 0, 1))
        .isInstanceOf(HoldfastException.class)
        .hasMessageEndingWith("it was closed");
  }

  private Path wal(long system) throws IOException {
    byte[] content = MadeUpWal.content(MadeUpWal.segment(1, 5), system, 1, 0);
    return Files.write(spool.resolve("000000010000000000000005.1.spool"), content);
  }
}

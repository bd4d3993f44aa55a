package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolPlaceTest {
  @TempDir private Path home;

  @Test
  void aPlaceThatCannotBeMadeIsNamedOnceWithWhatStandsInItsWay() throws IOException {
    CommandScene scene = CommandScene.begin(home);
    Files.writeString(
        home.resolve("holdfast.yaml"),
        "    wal: { spool-directory: passphrase/spool }\n",
        StandardOpenOption.APPEND);

    CommandScene.Ran ran = scene.run("wal", "receive", "main");

    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.err())
        .contains(
            "could not create the WAL spool "
                + home.resolve("passphrase/spool")
                + ": Not a directory")
        .contains("spool-directory:")
        .doesNotContain("Exception");
  }
}

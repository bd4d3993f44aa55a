package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnusualBackupsTest {
  @TempDir Path home;

  @Test
  void whatIsFarFromUsualIsShownWithTheBackup() throws IOException {
    CommandScene scene = CommandScene.begin(home);
    Path large = home.resolve("uploads/large.bin");
    Files.write(large, new byte[40 << 20]);
    for (int day = 0; day < 15; day++) {
      scene.pass(Duration.ofDays(1));
      scene.succeed("backup", "main", "--kind", "files");
    }
    assertThat(scene.succeed("status").out()).doesNotContain("UNUSUAL");
    assertThat(scene.succeed("backups", "list").out()).doesNotContain("UNUSUAL");

    Files.write(large, new byte[10]);
    scene.pass(Duration.ofDays(1));
    scene.succeed("backup", "main", "--kind", "files");

    assertThat(scene.succeed("backups", "list").out()).contains("UNUSUAL: size.dropped");
    assertThat(scene.succeed("backups", "list", "--json").out())
        .contains("\"code\":\"size.dropped\",\"database\":null,\"text\":\"expected at least about");
    assertThat(scene.succeed("status").out())
        .contains("UNUSUAL")
        .contains("size.dropped: expected at least about 41.9 MB, as in the last 14; found 13 B");
    assertThat(scene.succeed("status", "--json").out()).contains("\"code\":\"size.dropped\"");
  }
}

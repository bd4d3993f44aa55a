package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RawPathTest {
  @TempDir Path root;

  @Test
  void keepsEveryByteThatANameMayHold() throws IOException {
    StringBuilder name = new StringBuilder();
    for (char c = 1; c < 256; c++) {
      if (c != '/') {
        name.append(c);
      }
    }
    String raw = name.toString();
    Path file = RawPath.resolve(root, raw);
    Files.createDirectory(file);
    assertThat(RawPath.name(file)).isEqualTo(raw);
    assertThat(RawPath.text(file)).isEqualTo(root + "/" + raw);
    try (var listed = Files.list(root)) {
      assertThat(listed.map(RawPath::name)).containsExactly(raw);
    }
    assertThat(RawPath.resolve(file, "a/\u00e9"))
        .isEqualTo(RawPath.resolve(root, raw + "/a/\u00e9"));
  }

  @Test
  void keepsRelativePathsRelative() throws IOException {
    Path link =
        Files.createSymbolicLink(
            root.resolve("link"), root.relativize(RawPath.resolve(root, "../\u00ff")));
    assertThat(RawPath.text(Files.readSymbolicLink(link))).isEqualTo("../\u00ff");
  }

  @Test
  void takesAnAbsolutePathForItself() {
    assertThat(RawPath.resolve(root, "/x/\u00ff"))
        .isEqualTo(RawPath.resolve(Path.of("/x"), "\u00ff"));
    assertThat(RawPath.resolve(Path.of("/"), "\u00ff"))
        .isEqualTo(RawPath.resolve(Path.of("/x"), "/\u00ff"));
  }

  @Test
  void refusesWhatIsNoByte() {
    assertThatThrownBy(() -> RawPath.resolve(root, "\u20ac"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RawPath.resolve(root, "\u00ff\u0000"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

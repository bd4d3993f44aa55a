package io.holdfast.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.postgres.ClusterFiles.Entry;
import io.holdfast.postgres.EntryReader;
import io.holdfast.postgres.EntryReader.OpenFile;
import io.holdfast.postgres.PostgresException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalReaderTest {
  @TempDir Path root;

  @Test
  void aReadIsShortOnlyAtTheEndOfTheFile() throws Exception {
    byte[] content = write("base", 10_000);
    byte[] into = new byte[8200];
    try (EntryReader reader = EntryReader.local(root);
        OpenFile file = reader.open(entry("base"))) {
      assertThat(file.read(0, into, 4, 8192)).isEqualTo(8192);
      assertThat(Arrays.copyOfRange(into, 4, 8196)).isEqualTo(Arrays.copyOf(content, 8192));
      assertThat(file.read(8192, into, 0, 8192)).isEqualTo(10_000 - 8192);
      assertThat(file.read(20_000, into, 0, 8192)).isZero();
      assertThat(file.size()).isEqualTo(10_000);
    }
  }

  @Test
  void whatIsNotThereIsToldApartFromWhatCannotBeRead() throws Exception {
    Files.createDirectory(root.resolve("directory"));
    try (EntryReader reader = EntryReader.local(root)) {
      assertThatThrownBy(() -> reader.open(entry("gone"))).isInstanceOf(NoSuchFileException.class);
      try (OpenFile directory = reader.open(entry("directory"))) {
        assertThatThrownBy(() -> directory.read(0, new byte[8], 0, 8))
            .isInstanceOf(PostgresException.class)
            .hasMessageContaining("directory");
      }
      assertThat(reader.parentExists(entry("directory/gone"))).isTrue();
      assertThat(reader.parentExists(entry("nowhere/gone"))).isFalse();
    }
  }

  @Test
  void hashesEachUnitOfWhatIsThere() throws Exception {
    byte[] content = write("file", 3 * 1024 + 100);
    try (EntryReader reader = EntryReader.local(root)) {
      List<byte[]> hashes = reader.hashes(entry("file"), 1024, 1 << 20, 1024);
      assertThat(hashes)
          .containsExactly(
              sha256(content, 1024, 2048),
              sha256(content, 2048, 3072),
              sha256(content, 3072, content.length));
      assertThat(reader.hashes(entry("file"), 0, 1500, 1024))
          .containsExactly(sha256(content, 0, 1024), sha256(content, 1024, 1500));
      assertThat(reader.hashes(entry("file"), 1 << 20, 2 << 20, 1024)).isEmpty();
    }
  }

  private static byte[] sha256(byte[] bytes, int from, int to) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(bytes, from, to));
  }

  private byte[] write(String name, int length) throws Exception {
    byte[] content = new byte[length];
    new SplittableRandom(length).nextBytes(content);
    Files.write(root.resolve(name), content);
    return content;
  }

  private static Entry entry(String path) {
    return new Entry(
        path, path, Entry.Kind.FILE, 0600, "", "", FileTime.fromMillis(0), 0, "", Optional.empty());
  }
}

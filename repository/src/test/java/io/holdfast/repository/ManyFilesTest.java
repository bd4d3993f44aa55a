package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.found;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.Manifest.Section;
import io.holdfast.storage.Storages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ManyFilesTest {
  private final ClusterArchive cluster = found(Storages.memory("many"), true).cluster("main");

  private Manifest backup(BackupId id, Set<String> paths) {
    try (BackupWriter writer = cluster.begin(id, WriteOptions.DEFAULT)) {
      ChunkRef chunk;
      try (ChunkSink sink = writer.openSink()) {
        chunk = sink.store(content(8192, 1), 0, 8192);
      }
      List<Extent> extents = List.of(whole(chunk));
      paths.forEach(path -> writer.add(file(path, extents)));
      return commit(writer);
    }
  }

  private static Set<String> paths(int count) {
    Set<String> paths = new TreeSet<>(StoredFile.PATH_ORDER);
    for (int i = 0; i < count; i++) {
      paths.add("base/" + (16384 + i % 40) + "/" + (100_000 + i));
    }
    return paths;
  }

  @Test
  void twoHundredThousandFilesAreListedInSmallSections() {
    Manifest manifest = backup(id(1), paths(200_000));
    assertThat(manifest.totals().files()).isEqualTo(200_000);
    assertThat(manifest.sections()).hasSizeGreaterThan(50);
    assertThat(manifest.sections())
        .allSatisfy(section -> {
          assertThat(section.files()).isLessThanOrEqualTo(4000);
          assertThat(section.chunk().rawLength()).isLessThan(1_400_000);
        });
    long[] seen = {0};
    cluster.open(id(1)).files(file -> seen[0]++);
    assertThat(seen[0]).isEqualTo(200_000);
  }

  @Test
  void aFileMoreChangesOnlyTheSectionsAroundIt() {
    Set<String> paths = paths(40_000);
    Set<Long> before = contents(backup(id(1), paths));
    paths.add("base/16390/0");
    Set<Long> after = contents(backup(id(2), paths));
    // All name another pack, so their bytes differ; where they are cut must not.
    assertThat(before).hasSizeGreaterThan(15);
    after.removeAll(before);
    assertThat(after).hasSizeLessThan(3);
  }

  /** What a section lists, without the packs it names. */
  private static Set<Long> contents(Manifest manifest) {
    return manifest.sections().stream()
        .map(ManyFilesTest::span)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long span(Section section) {
    return (section.firstPath() + " " + section.lastPath()).hashCode() * 10_000L + section.files();
  }

  @Test
  void aFileOfVeryManyExtentsSpansSections() {
    List<Extent> extents = new ArrayList<>();
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      List<ChunkRef> chunks = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        for (int i = 0; i < 65_000; i++) {
          chunks.add(sink.store(new byte[] {(byte) i, (byte) (i >> 8)}, 0, 2));
        }
      }
      chunks.forEach(chunk -> extents.add(whole(chunk)));
      writer.add(file("a", List.of()));
      writer.add(file("big", extents));
      writer.add(file("c", List.of()));
      commit(writer);
    }
    BackupReader reader = cluster.open(id(1));
    assertThat(reader.manifest().sections()).hasSizeGreaterThan(1);
    List<StoredFile> files = files(reader);
    assertThat(files).extracting(StoredFile::path).containsExactly("a", "big", "c");
    assertThat(files.get(1).extents()).isEqualTo(extents);
  }

  @Test
  void pathsAscendAsATreeIsWalked() {
    assertThat(List.of("base", "base/1", "base/1/2", "base/10", "base!x", "base.d"))
        .isSortedAccordingTo(StoredFile.PATH_ORDER);
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      writer.add(file("base/2", List.of()));
      assertThatThrownBy(() -> writer.add(file("base/2", List.of())))
          .hasMessageContaining("must ascend");
      assertThatThrownBy(() -> writer.add(file("base/1", List.of())))
          .hasMessageContaining("must ascend");
    }
  }

  @Test
  void pathsThatLeaveTheRootAreRefused() {
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      for (String path :
          List.of("/etc/passwd", "a/../b", "..", ".", "a//b", "a/", "a\0b", "\u0416")) {
        assertThatThrownBy(() -> writer.add(file(path, List.of())))
            .as(path)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}

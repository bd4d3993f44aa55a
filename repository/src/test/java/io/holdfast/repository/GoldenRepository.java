package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.facts;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.whole;

import io.holdfast.repository.sealing.Recipients;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the golden repositories hold, and how they were written: {@code main} writes new ones into a
 * directory. Those that are checked in are never written again: they stand for the repositories
 * that users have.
 */
final class GoldenRepository {
  static final Secret PASSPHRASE = SampleRepository.secret("the golden passphrase");
  static final Secret PRIVATE_KEY =
      SampleRepository.secret(
          "HOLDFAST-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SH5SN6Y");
  static final BackupId FULL = new BackupId("20261122T081700Z-full");
  static final BackupId NEXT = new BackupId("20261123T081700Z-next");
  static final byte[] SEGMENT = text("a very short WAL segment. ".repeat(50));
  static final Map<String, String> ATTRIBUTES = Map.of("start", "0/3000000", "end", "0/4000000");
  static final byte[] CARD = text("{\"systemIdentifier\": \"7400000000000000001\"}");
  static final byte[] FIRST = text("the first file. ".repeat(100));
  static final byte[] SECOND = text("the second file");
  static final byte[] CHANGED = text("the second file, changed");

  static final int PATCHED_AT = 100;

  private GoldenRepository() {}

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static List<StoredFile> fullFiles(List<ChunkRef> chunks) {
    List<Extent> sparse =
        List.of(whole(chunks.get(0)), new Extent.Hole(8192), new Extent.Slice(9, chunks.get(0), 4));
    return List.of(
        SampleRepository.directory("base"),
        file("base/1", sparse),
        file("base/2", List.of(whole(chunks.get(1)))),
        SampleRepository.link("pg_tblspc/16385", "/srv/b\u00fccher"));
  }

  /** As an incremental has them: what changed, over the parent's chunk. */
  static List<Extent> nextExtents(ChunkRef first, ChunkRef changed) {
    int rest = PATCHED_AT + CHANGED.length;
    return List.of(
        new Extent.Slice(PATCHED_AT, first, 0),
        whole(changed),
        new Extent.Slice(FIRST.length - rest, first, rest),
        new Extent.Hole(8192),
        new Extent.Slice(9, first, 4));
  }

  public static void main(String[] arguments) {
    write(Storages.local(Path.of(arguments[0], "encrypted")), true);
    write(Storages.local(Path.of(arguments[0], "plain")), false);
  }

  static void write(Storage storage, boolean encrypted) {
    KeySource keys =
        encrypted ? new KeySource.Keys(List.of(PASSPHRASE), List.of()) : new KeySource.None();
    try (Repository repository =
        Repository.create(storage, keys, "golden", SampleRepository.CLOCK)) {
      repository
          .keySlots()
          .ifPresent(slots -> slots.addRecipient(Recipients.publicKey(PRIVATE_KEY), "second"));
      ClusterArchive cluster = repository.cluster("main");
      cluster.putDocument("cluster", CARD);
      cluster
          .objects("wal")
          .put("1/000000010000000000000003", SEGMENT, 0, SEGMENT.length, ATTRIBUTES);
      writeFull(cluster);
      writeNext(cluster);
    }
  }

  private static void writeFull(ClusterArchive cluster) {
    try (BackupWriter writer = cluster.begin(FULL, WriteOptions.DEFAULT)) {
      List<ChunkRef> chunks = new ArrayList<>();
      try (ChunkSink sink = writer.openSink()) {
        chunks.add(sink.store(FIRST, 0, FIRST.length));
        chunks.add(sink.store(SECOND, 0, SECOND.length));
      }
      fullFiles(chunks).forEach(writer::add);
      writer.commit(facts(), SampleRepository.NO_FENCE);
    }
  }

  private static void writeNext(ClusterArchive cluster) {
    BackupReader full = cluster.open(FULL);
    try (BackupWriter writer = cluster.begin(NEXT, WriteOptions.DEFAULT)) {
      writer.inheriting(full.manifest());
      ChunkRef changed;
      try (ChunkSink sink = writer.openSink()) {
        changed = sink.store(CHANGED, 0, CHANGED.length);
      }
      for (StoredFile each : files(full)) {
        writer.add(
            switch (each.path()) {
              case "base/1" -> file("base/1", nextExtents(SampleRepository.chunk(each), changed));
              case "base/2" -> file("base/2", List.of(whole(changed)));
              default -> each;
            });
      }
      writer.commit(facts(), SampleRepository.NO_FENCE);
    }
  }
}

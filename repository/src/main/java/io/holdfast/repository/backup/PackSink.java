package io.holdfast.repository.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.ChunkSink;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.WriteOptions;
import io.holdfast.repository.container.ContainerWriter;
import io.holdfast.repository.container.FrameSealer;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Kind;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.storage.ObjectKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes packs one after the other. After a failure it stores nothing more. */
final class PackSink implements ChunkSink {
  private final Vault vault;
  private final ClusterLayout layout;
  private final PackLedger ledger;
  private final WriteOptions options;
  private final Purpose purpose;
  private final Fingerprints fingerprints;
  private final FrameSealer sealer;
  private @Nullable ContainerWriter writer;
  private @Nullable PackRef pack;
  private long raw;
  private boolean failed;
  private boolean closed;

  PackSink(
      Vault vault,
      ClusterLayout layout,
      PackLedger ledger,
      WriteOptions options,
      Purpose purpose,
      Fingerprints fingerprints) {
    this.vault = vault;
    this.layout = layout;
    this.ledger = ledger;
    this.options = options;
    this.purpose = purpose;
    this.fingerprints = fingerprints;
    ledger.sinkOpened();
    this.sealer = new FrameSealer(vault.keys(), options.compressionLevel());
  }

  @Override
  public ChunkRef store(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length < 1 || length > MAX_CHUNK) {
      throw new IllegalArgumentException("a chunk has 1 to " + MAX_CHUNK + " bytes: " + length);
    }
    requireUsable();
    boolean stored = false;
    try {
      ChunkRef chunk = append(bytes, offset, length);
      stored = true;
      return chunk;
    } finally {
      if (!stored) {
        fail();
      }
    }
  }

  private ChunkRef append(byte[] bytes, int offset, int length) {
    ContainerWriter into = writer();
    PackRef in = Objects.requireNonNull(pack);
    int number = into.append(purpose, bytes, offset, length);
    ledger.written(into.lastLength());
    long fingerprint = fingerprints.of(bytes, offset, length);
    ChunkRef chunk =
        new ChunkRef(in, number, into.lastOffset(), into.lastLength(), length, fingerprint);
    raw += length;
    if (raw >= options.packSize() || into.isFull()) {
      finish(into, in);
    }
    return chunk;
  }

  private ContainerWriter writer() {
    if (writer == null) {
      int number = ledger.nextNumber();
      ObjectKey key = layout.pack(ledger.backup(), number);
      ContainerWriter begun =
          ContainerWriter.into(vault.storage().write(key), key, Kind.PACK, vault.keys(), sealer);
      writer = begun;
      pack = ledger.begun(number, begun.id());
      ledger.written(begun.position());
      raw = 0;
    }
    return writer;
  }

  private void finish(ContainerWriter last, PackRef finished) {
    ledger.requireOpen();
    long before = last.position();
    long size = last.finish();
    // From here on the pack exists, so it has to be known to whoever cleans up.
    ledger.finished(finished, size);
    ledger.written(size - before);
    writer = null;
    last.confirm(vault.storage());
  }

  private void requireUsable() {
    if (failed || closed) {
      throw new IllegalStateException("the sink is " + (failed ? "broken" : "closed"));
    }
    ledger.requireOpen();
  }

  /** Closes without finishing the pack under way. */
  void abandon() {
    failed = true;
    close();
  }

  private void fail() {
    failed = true;
    ledger.failed();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    boolean finished = false;
    try {
      if (writer != null && !failed) {
        finish(writer, Objects.requireNonNull(pack));
      }
      finished = true;
    } finally {
      if (!finished) {
        fail();
      }
      if (writer != null) {
        writer.close();
      }
      sealer.close();
      ledger.sinkClosed();
    }
  }
}

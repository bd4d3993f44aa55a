package io.holdfast.repository.backup;

import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ChunkReader;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.PackUse;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.repository.format.MalformedException;
import io.holdfast.repository.format.SectionDecoder;
import io.holdfast.vocabulary.Together;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backup that exists. */
public final class StoredBackup implements BackupReader {
  /** Bytes of sections that are held together, unless one alone has more; and so many times. */
  private static final int RUN = 1 << 20;

  private static final int AT_ONCE = 4;

  private final Vault vault;
  private final ClusterLayout layout;
  private final Manifest manifest;
  private final Fingerprints fingerprints;

  public StoredBackup(Vault vault, ClusterLayout layout, Manifest manifest) {
    this.vault = vault;
    this.layout = layout;
    this.manifest = manifest;
    this.fingerprints = new Fingerprints(vault.keys());
  }

  @Override
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public ChunkReader openReader() {
    return new PackReader(vault, layout, Purpose.DATA, fingerprints);
  }

  @Override
  public void files(Consumer<StoredFile> consumer) {
    Listing listing = new Listing(manifest, consumer);
    read(manifest.sections(), listing);
    try {
      listing.finish();
    } catch (MalformedException e) {
      throw e.in(layout.manifest(manifest.id()));
    }
  }

  @Override
  public void files(String first, String last, Consumer<StoredFile> consumer) {
    Listing listing = new Listing(manifest, consumer);
    Part wanted = new Part(first, last, listing);
    read(manifest.sections().stream().filter(wanted::mayHold).toList(), wanted);
    try {
      listing.requireWhole();
    } catch (MalformedException e) {
      throw e.in(layout.manifest(manifest.id()));
    }
  }

  /** Lets through what lies between two paths. */
  private record Part(String first, String last, Listing listing)
      implements SectionDecoder.Consumer {
    boolean mayHold(Section section) {
      return StoredFile.PATH_ORDER.compare(section.lastPath(), first) >= 0
          && StoredFile.PATH_ORDER.compare(section.firstPath(), last) <= 0;
    }

    @Override
    public void accept(StoredFile part, boolean opens, boolean closes) {
      if (StoredFile.PATH_ORDER.compare(part.path(), first) >= 0
          && StoredFile.PATH_ORDER.compare(part.path(), last) <= 0) {
        listing.accept(part, opens, closes);
      }
    }
  }

  /**
   * Sections that lie next to each other are fetched together, and those of several packs at once:
   * an incremental backup has them from many.
   */
  private void read(List<Section> sections, SectionDecoder.Consumer listing) {
    Together.inTurn(
        runs(sections),
        AT_ONCE,
        this::contents,
        (run, contents) -> {
          for (int i = 0; i < run.size(); i++) {
            decode(run.get(i), contents.get(i), listing);
          }
        });
  }

  private List<byte[]> contents(List<Section> run) {
    List<byte[]> contents = new ArrayList<>();
    try (PackReader reader = new PackReader(vault, layout, Purpose.SECTION, fingerprints)) {
      reader.read(
          run.getFirst().chunk().pack(),
          run.stream().map(Section::chunk).toList(),
          (chunk, content) -> contents.add(Arrays.copyOf(content, chunk.rawLength())));
    }
    return contents;
  }

  private static List<List<Section>> runs(List<Section> sections) {
    List<List<Section>> runs = new ArrayList<>();
    int from = 0;
    while (from < sections.size()) {
      int to = endOfRun(sections, from);
      runs.add(sections.subList(from, to));
      from = to;
    }
    return runs;
  }

  private static int endOfRun(List<Section> sections, int from) {
    ChunkRef first = sections.get(from).chunk();
    long raw = first.rawLength();
    int to = from + 1;
    for (; to < sections.size(); to++) {
      ChunkRef next = sections.get(to).chunk();
      raw += next.rawLength();
      if (raw > RUN
          || !next.pack().equals(first.pack())
          || next.offset() < sections.get(to - 1).chunk().offset()) {
        break;
      }
    }
    return to;
  }

  private void decode(Section section, byte[] content, SectionDecoder.Consumer listing) {
    try {
      int files = SectionDecoder.decode(content, section.chunk().rawLength(), listing);
      if (files != section.files()) {
        throw new MalformedException(section.files() + " entries", files);
      }
    } catch (MalformedException e) {
      throw e.in(layout.pack(section.chunk().pack()), section.chunk().number());
    }
  }

  /** Puts files together from their parts and checks each against the rules and the manifest. */
  private static final class Listing implements SectionDecoder.Consumer {
    private final Map<PackRef, Long> packs = new HashMap<>();
    private final Consumer<StoredFile> consumer;
    private final long expected;
    private final List<Extent> extents = new ArrayList<>();
    private @Nullable StoredFile begun;
    private @Nullable String lastPath;
    private String lastFile = "";
    private long entries;

    Listing(Manifest manifest, Consumer<StoredFile> consumer) {
      this.consumer = consumer;
      this.expected =
          manifest.totals().files() + manifest.totals().directories() + manifest.totals().links();
      for (PackUse use : manifest.packs()) {
        packs.put(use.pack(), use.size());
      }
    }

    @Override
    public void accept(StoredFile part, boolean first, boolean last) {
      StoredFile before = begun;
      boolean fits = first ? before == null : before != null && before.path().equals(part.path());
      if (!fits) {
        throw new MalformedException(
            before == null ? "a new entry" : "more of '" + before.path() + "'",
            "'" + part.path() + "'");
      }
      extents.addAll(part.extents());
      begun = part;
      if (last) {
        deliver(part);
        extents.clear();
        begun = null;
      }
    }

    private void deliver(StoredFile part) {
      StoredFile file = part.extents().size() == extents.size() ? part : with(part, extents);
      String fault = EntryRules.fault(file);
      if (!fault.isEmpty()) {
        throw new MalformedException("a file that can be restored", fault);
      }
      if (lastPath != null && StoredFile.PATH_ORDER.compare(lastPath, file.path()) >= 0) {
        throw new MalformedException("a path behind '" + lastPath + "'", "'" + file.path() + "'");
      }
      if (EntryRules.isBelow(file.path(), lastFile)) {
        throw new MalformedException(
            "a path not below a file", "'" + file.path() + "' below '" + lastFile + "'");
      }
      file.extents().forEach(this::requireListed);
      lastPath = file.path();
      if (file.kind() == StoredFile.Kind.FILE) {
        lastFile = file.path();
      }
      entries++;
      consumer.accept(file);
    }

    private void requireListed(Extent extent) {
      if (extent instanceof Extent.Slice slice) {
        Long size = packs.get(slice.chunk().pack());
        if (size == null || slice.chunk().offset() > size - slice.chunk().storedLength()) {
          throw new MalformedException(
              "a chunk within a pack of the manifest", slice.chunk().toString());
        }
      }
    }

    private static StoredFile with(StoredFile part, List<Extent> extents) {
      return new StoredFile(
          part.path(),
          part.kind(),
          part.mode(),
          part.owner(),
          part.group(),
          part.modified(),
          part.length(),
          part.target(),
          extents,
          part.attributes());
    }

    void requireWhole() {
      if (begun != null) {
        throw new MalformedException("more of '" + begun.path() + "'", "nothing");
      }
    }

    void finish() {
      if (begun != null || entries != expected) {
        throw new MalformedException(expected + " entries in its sections", entries);
      }
    }
  }
}

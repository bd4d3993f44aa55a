package io.holdfast.repository.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.container.Vault;
import io.holdfast.repository.format.ClusterLayout;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sections of parents, to be named again where a backup has the same ones. Sections are asked
 * for in path order, so that each parent's list is gone through once. Used by one thread.
 */
final class ParentSections implements AutoCloseable {
  private final Vault vault;
  private final ClusterLayout layout;
  private final Fingerprints fingerprints;
  private final List<Parent> parents = new ArrayList<>();

  /** Packs that are not named by anything more: they are given up, or could not be read. */
  private final Set<PackRef> avoided = new HashSet<>();

  private @Nullable PackReader reader;

  ParentSections(Vault vault, ClusterLayout layout, Fingerprints fingerprints) {
    this.vault = vault;
    this.layout = layout;
    this.fingerprints = fingerprints;
  }

  /** What is asked for: a section as it was cut. */
  record Cut(String firstPath, String lastPath, int files, byte[] bytes) {
    private boolean looksLike(Section section, long fingerprint) {
      return section.chunk().rawLength() == bytes.length
          && section.chunk().fingerprint() == fingerprint
          && section.files() == files
          && section.firstPath().equals(firstPath)
          && section.lastPath().equals(lastPath);
    }
  }

  /** A parent's sections, and the first one that may still be asked for. */
  private static final class Parent {
    private final List<Section> sections;
    private int next;

    private Parent(List<Section> sections) {
      this.sections = sections;
    }

    private void skipBefore(String path) {
      while (next < sections.size()
          && StoredFile.PATH_ORDER.compare(sections.get(next).firstPath(), path) < 0) {
        next++;
      }
    }

    /** The sections that begin with the path: a file of many extents begins several. */
    private List<Section> beginningWith(String path) {
      skipBefore(path);
      int end = next;
      while (end < sections.size() && sections.get(end).firstPath().equals(path)) {
        end++;
      }
      return sections.subList(next, end);
    }
  }

  void add(Manifest parent, Set<PackRef> evicted) {
    parents.add(new Parent(parent.sections()));
    avoided.addAll(evicted);
  }

  /** A parent's section with the same bytes; compared byte by byte, for a fingerprint can lie. */
  Optional<ChunkRef> same(Cut cut) {
    if (parents.isEmpty()) {
      return Optional.empty();
    }
    long fingerprint = fingerprints.of(cut.bytes(), 0, cut.bytes().length);
    for (Parent parent : parents) {
      for (Section section : parent.beginningWith(cut.firstPath())) {
        if (cut.looksLike(section, fingerprint) && holds(section.chunk(), cut.bytes())) {
          return Optional.of(section.chunk());
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Whether the chunk has these bytes. If it cannot be read, what it said is written anew, which is
   * right whatever the reason was; and its pack is left alone from then on, for the new backup is
   * better off without it, and a site that does not answer is not asked a thousand times.
   */
  private boolean holds(ChunkRef chunk, byte[] bytes) {
    if (avoided.contains(chunk.pack())) {
      return false;
    }
    try {
      byte[] content = reader().read(chunk);
      return Arrays.equals(content, 0, chunk.rawLength(), bytes, 0, bytes.length);
    } catch (HoldfastException e) {
      avoided.add(chunk.pack());
      return false;
    }
  }

  private PackReader reader() {
    PackReader open = reader;
    if (open == null) {
      open = new PackReader(vault, layout, Purpose.SECTION, fingerprints);
      reader = open;
    }
    return open;
  }

  @Override
  public void close() {
    PackReader open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }
}

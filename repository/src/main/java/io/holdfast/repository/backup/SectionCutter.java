package io.holdfast.repository.backup;

import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Extent;
import io.holdfast.repository.Manifest.Section;
import io.holdfast.repository.StoredFile;
import io.holdfast.repository.backup.ParentSections.Cut;
import io.holdfast.repository.format.SectionEncoder;
import io.holdfast.repository.format.SectionFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts the entries of a backup into sections. Where it cuts is decided by the paths themselves, not
 * by how many came before, so that a file more or less changes the sections around it and no
 * others: what follows is cut, and written, as it was.
 */
final class SectionCutter {
  private static final int MIN_FILES = 256;

  /** One path in a thousand ends a section. */
  private static final long CUT_MASK = 1023;

  private final SectionEncoder encoder = new SectionEncoder();
  private final List<Section> sections = new ArrayList<>();
  private final Fingerprints fingerprints;
  private final Function<Cut, ChunkRef> store;

  SectionCutter(Fingerprints fingerprints, Function<Cut, ChunkRef> store) {
    this.fingerprints = fingerprints;
    this.store = store;
  }

  void add(StoredFile file) {
    List<Extent> extents = file.extents();
    int from = 0;
    do {
      int to = Math.min(extents.size(), from + SectionFormat.MAX_EXTENTS);
      encoder.add(file, extents.subList(from, to), from == 0, to == extents.size());
      from = to;
      if (isFull(file)) {
        cut();
      }
    } while (from < extents.size());
  }

  private boolean isFull(StoredFile file) {
    return encoder.size() >= SectionFormat.FULL
        || encoder.files() >= SectionFormat.MAX_FILES
        || (encoder.files() >= MIN_FILES && endsSection(file.path()));
  }

  private boolean endsSection(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
    return (fingerprints.of(bytes, 0, bytes.length) & CUT_MASK) == 0;
  }

  private void cut() {
    String first = encoder.firstPath();
    String last = encoder.lastPath();
    int files = encoder.files();
    Cut cut = new Cut(first, last, files, encoder.finish());
    sections.add(new Section(store.apply(cut), first, last, files));
  }

  /** The sections, the last one cut where the entries end. */
  List<Section> finish() {
    if (encoder.files() > 0) {
      cut();
    }
    return sections;
  }
}

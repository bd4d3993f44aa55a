package io.holdfast.operations.proof;

import io.holdfast.vocabulary.Progress;
import java.nio.file.Path;

/**
 * A folder for what a drill brings along, secrets among it: readable by us alone, and gone
 * afterwards. Where somebody kills us, the next proof in the same place removes it.
 */
public final class PrivateFolder implements AutoCloseable {
  private final Scratch scratch;

  private PrivateFolder(Scratch scratch) {
    this.scratch = scratch;
  }

  /**
   * @param place that it is made in
   */
  public static PrivateFolder in(Path place, Progress progress) {
    return new PrivateFolder(Scratch.ofOurs(place.toAbsolutePath().normalize(), progress));
  }

  public Path path() {
    return scratch.file("");
  }

  /** Where a file of that name is, or would be. */
  public Path file(String name) {
    return scratch.file(name);
  }

  /** Writes a file that nobody else may read. */
  public Path write(String name, byte[] content) {
    return scratch.secret(name, content);
  }

  @Override
  public void close() {
    scratch.close();
  }
}

package io.holdfast.operations.doctor;

import io.holdfast.vocabulary.ByteSize;
import java.util.List;
import java.util.Optional;

/** Whether there is room for what is to come. */
public final class SpaceRules {
  private static final int SHARE = 10;
  private static final long ENOUGH = 50L << 30;
  private static final long LEAST = 1L << 30;

  private SpaceRules() {}

  /** Of places that fill while everything is well. */
  public static Finding of(DiskSpace space) {
    boolean low =
        space.free() < LEAST || (space.free() < space.total() / SHARE && space.free() < ENOUGH);
    String found =
        ByteSize.format(space.free())
            + " free of "
            + ByteSize.format(space.total())
            + " at "
            + space.path();
    return low
        ? Finding.of(
            DoctorCode.SPACE_LOW,
            space.purpose(),
            found,
            "df -h " + space.path() + "\nholdfast prune   # what retention would free")
        : Finding.ok(space.purpose(), found);
  }

  /**
   * Of the place where copies are made to be proven.
   *
   * @param needed bytes of the largest copy
   */
  public static List<Finding> scratch(DiskSpace space, long needed) {
    return Optional.of(space).filter(each -> each.free() < needed).stream()
        .map(each ->
            Finding.of(
                DoctorCode.SCRATCH_SMALL,
                space.purpose(),
                ByteSize.format(space.free())
                    + " free at "
                    + space.path()
                    + ", and a copy of the newest backup takes "
                    + ByteSize.format(needed),
                "Below the cluster name a directory on a larger disk, as prove: { scratch-directory:"
                    + " /mnt/large/scratch }, or once: holdfast prove --scratch /mnt/large/scratch"))
        .toList();
  }
}

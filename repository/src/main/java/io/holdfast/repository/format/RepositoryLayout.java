package io.holdfast.repository.format;

import java.util.Set;

/**
 * Names of the objects that belong to no cluster alone, format 1.
 *
 * <pre>
 * leases/(name).json                                       {@link LeaseFormat}
 * (area)/(name, may hold '/')                              container of kind object
 * </pre>
 */
public final class RepositoryLayout {
  public static final String LEASES = "leases";

  /** When scheduled jobs ran, and how they ended. */
  public static final String RUNS = "runs";

  /** Which schedules are stopped for a while. */
  public static final String PAUSES = "pauses";

  /** Who did what. */
  public static final String AUDIT = "audit";

  private static final Set<String> AREAS = Set.of(RUNS, PAUSES, AUDIT);

  private RepositoryLayout() {}

  /** Where the sealed objects of an area lie. */
  public static String area(String area) {
    if (!AREAS.contains(area)) {
      throw new IllegalArgumentException("not an area of the repository: '" + area + "'");
    }
    return area;
  }

  /** Whether an object is about what runs when: it goes as it came, and protects nothing. */
  static boolean isOfSchedules(String key) {
    return key.startsWith(RUNS + "/") || key.startsWith(PAUSES + "/");
  }
}

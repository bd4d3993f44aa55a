package io.holdfast.operations.runs;

/**
 * A record of runs or pauses that cannot be true, or that nobody can read. Other records are not
 * touched by it.
 *
 * @param job that it is about; without a cluster for all of that schedule
 * @param place where it lies in the repository
 * @param found what is wrong with it, and what that means
 */
public record Flaw(JobName job, String place, String found) {
  /** Whether it may matter for that one. */
  public boolean concerns(JobName other) {
    return job.equals(other)
        || (job.cluster().isEmpty() && job.schedule().equals(other.schedule()));
  }

  public String text() {
    return place + ": " + found;
  }

  /** What to type, once it has been looked at. */
  public String remedy() {
    if (!place.startsWith(Pauses.AREA + "/")) {
      return "holdfast schedule log " + words() + " --remove-flawed";
    }
    return Pauses.isNamed(place.substring(Pauses.AREA.length() + 1))
        ? "holdfast schedule resume " + words()
        : "remove it where the site keeps it: no command of Holdfast looks there";
  }

  private String words() {
    return job.schedule() + job.cluster().map(cluster -> " " + cluster).orElse("");
  }
}

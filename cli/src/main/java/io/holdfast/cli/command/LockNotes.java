package io.holdfast.cli.command;

import io.holdfast.operations.retention.Policy;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.S3Settings;
import java.util.List;
import java.util.stream.Stream;

/** What a deletion means on sites whose objects are locked. */
final class LockNotes {
  private LockNotes() {}

  static List<String> of(List<NamedSite> sites) {
    return sites.stream()
        .flatMap(site ->
            site.place() instanceof S3Settings bucket
                ? bucket.lock().stream().map(lock -> of(bucket, lock))
                : Stream.of())
        .toList();
  }

  private static String of(S3Settings bucket, S3Settings.Lock lock) {
    return "on "
        + bucket.description()
        + " what is deleted is only hidden; the bucket's life-cycle rule frees it once its lock has"
        + " ended, "
        + Policy.words(lock.period())
        + " from now at the latest";
  }
}

package io.holdfast.settings.options;

import io.holdfast.settings.S3Settings;
import io.holdfast.settings.S3Settings.LockMode;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import java.time.Duration;
import java.util.List;

/** {@code repository.s3.lock}. */
final class S3LockOptions {
  static final String MEANING =
      "Locks what is stored with the bucket's object lock, so that whoever steals this machine's"
          + " access key cannot delete it for good. The bucket must have object lock. docs/sites.md"
          + " tells what is locked, and how to recover.";

  private static final Option<LockMode> MODE =
      Option.required(
          "mode",
          Types.word(LockMode.class),
          "governance",
          "Who can end a lock before its time: with governance whoever has the right"
              + " s3:BypassGovernanceRetention, with compliance nobody at all, not even the owner of"
              + " the account.");

  private static final Option<Duration> FOR =
      Option.required(
          "for",
          Types.duration(Duration.ofDays(1), Duration.ofDays(36_500)),
          "30d",
          "How long what is written is locked. What a new backup takes over from earlier ones is"
              + " locked anew before it ends.");

  static final Section<S3Settings.Lock> SECTION =
      Section.of(
          MEANING,
          List.of(MODE, FOR),
          values -> new S3Settings.Lock(values.get(MODE), values.get(FOR)));

  private S3LockOptions() {}
}

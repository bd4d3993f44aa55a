package io.holdfast.settings.options;

import io.holdfast.settings.ProveSettings;
import io.holdfast.settings.ProveSettings.Assertion;
import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code clusters.<name>.prove}. */
final class ProveOptions {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}";

  private static final Option<Path> SCRATCH =
      Option.withDefault(
          "scratch-directory",
          Types.path(),
          "/var/tmp",
          "Where copies are made while backups are proven: a directory with room for the whole"
              + " cluster. What is made there is removed again.");

  private static final Option<Duration> BUDGET =
      Option.optional(
          "budget",
          Types.duration(Duration.ofSeconds(1), Duration.ofDays(14)),
          "none: it may take as long as it takes",
          "30m",
          "How long a restore may take until the database answers. A proof that takes longer fails.");

  private static final Option<String> HOOK =
      Option.optional(
          "hook",
          Types.text("a command"),
          "none",
          "./smoke-test.sh",
          "A command for the shell that is run while the copy is up, with PGHOST, PGPORT, PGUSER and"
              + " PGDATABASE set to it: status 0 says that your application works with it.");

  private static final Option<Duration> HOOK_TIMEOUT =
      Option.withDefault(
          "hook-timeout",
          Types.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          "10m",
          "How long that command may take.");

  private static final Option<Path> SIGNING_KEY =
      Option.optional(
          "signing-key-file",
          Types.path(),
          "none: results are not signed",
          "/etc/holdfast/proof-signing.key",
          "The private key that results are signed with, as 'holdfast key generate --signing' or"
              + " openssl makes it; readable by its owner alone.");

  private static final Option<Path> SIGNING_PUBLIC_KEY =
      Option.optional(
          "signing-public-key-file",
          Types.path(),
          "none: results count signed or not",
          "/etc/holdfast/proof-signing.pub",
          "The public key that belongs to it. Where it is given, 'holdfast check --proven-within'"
              + " counts only proofs that are signed with it, and 'holdfast proof show' and 'verify'"
              + " hold them against it.");

  private static final Option<String> DATABASE =
      Option.required("database", Types.text("a name"), "shop", "Where the question is asked.");

  private static final Option<String> SQL =
      Option.required(
          "sql",
          Types.text("a query"),
          "select count(*) > 1000 from users",
          "A query for one true or false. `:target` in it stands for the moment that the copy shows:"
              + " select max(created_at) > :target - interval '1 day' from orders");

  private static final Section<Function<String, Assertion>> ASSERTION =
      Section.of(
          "",
          List.of(DATABASE, SQL),
          values -> name -> new Assertion(name, values.get(DATABASE), values.get(SQL)));

  private static final Option<Map<String, Assertion>> ASSERTIONS =
      Option.optional(
          "assertions",
          new Named<>("statements by name", NAME, ProveOptions::name, ASSERTION),
          "none",
          "",
          "What has to be true of the data in every copy, each under a name of your choice.");

  static final Section<ProveSettings> SECTION =
      Section.of(
          "How backups of this cluster are proven ('holdfast prove').",
          List.of(
              SCRATCH,
              BUDGET,
              HOOK,
              HOOK_TIMEOUT,
              ASSERTIONS,
              SIGNING_KEY,
              SIGNING_PUBLIC_KEY,
              PlanOptions.PLANS),
          values ->
              new ProveSettings(
                  values.get(SCRATCH),
                  values.find(BUDGET),
                  values.find(HOOK).orElse(""),
                  values.get(HOOK_TIMEOUT),
                  List.copyOf(values.find(ASSERTIONS).orElse(Map.of()).values()),
                  values.find(SIGNING_KEY),
                  values.find(SIGNING_PUBLIC_KEY),
                  List.copyOf(values.find(PlanOptions.PLANS).orElse(Map.of()).values())));

  private ProveOptions() {}

  private static String name(String text) {
    if (!text.matches(NAME)) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "'" + text + "' is not a name of a statement",
          "Use 1 to 100 letters, digits, blanks, '.', '_' and '-', starting with a letter or digit.");
    }
    return text;
  }
}

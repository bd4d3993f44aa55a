package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.KitFile;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Repository;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "recovery-kit",
    description = "Print what must be kept in a safe to restore without this host.",
    footerHeading = "%n",
    footer = "Print it on paper, or keep it where the loss of this host does not reach.")
final class KeyRecoveryKitCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Option(
      names = "--with-secret",
      description = "Print the passphrase or private key itself, too. Mind who looks on.")
  private boolean withSecret;

  KeyRecoveryKitCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  Deed deed() {
    return Deed.DONE;
  }

  @Override
  ExitStatus run() {
    Settings declared = rooms.settings();
    try (OpenRepository opened = rooms.open(declared.repository())) {
      Repository repository = opened.repository();
      RepositorySettings settings = opened.settings();
      console.answer(
          new Kit(
              Build.version(),
              console.clock().instant(),
              repository.id().toString(),
              settings.description(),
              kit(declared, repository),
              clusters(declared, repository),
              repository.encrypted(),
              repository.keySlots().map(SlotView::all).orElse(List.of()),
              repository.keySlots().map(KeySlots::openedBy).map(slot -> slot.id()).orElse(null),
              settings.key().map(KeyRecoveryKitCommand::words).orElse(null),
              withSecret ? settings.key().map(KeyRecoveryKitCommand::secret).orElse(null) : null));
      return ExitStatus.DONE;
    }
  }

  private static KitFile kit(Settings declared, Repository repository) {
    RepositorySettings settings = declared.repository();
    List<String> clusters = clusters(declared, repository);
    String cluster = clusters.isEmpty() ? "main" : clusters.getFirst();
    return new KitFile(
        settings.sites(),
        settings.key(),
        cluster,
        Optional.ofNullable(declared.clusters().get(new ClusterName(cluster)))
            .flatMap(ClusterSettings::binDirectory),
        KitFile.Secrets.USUAL);
  }

  /** Also those that nothing was stored of yet: most kits are printed on the first day. */
  private static List<String> clusters(Settings declared, Repository repository) {
    Set<String> names = new TreeSet<>(repository.clusters());
    declared.clusters().keySet().forEach(name -> names.add(name.text()));
    return List.copyOf(names);
  }

  private static String words(KeySettings key) {
    return switch (key) {
      case KeySettings.PassphraseFile file -> "the passphrase in " + file.path();
      case KeySettings.PassphraseEnvironment variable ->
          "the passphrase in the environment variable " + variable.name();
      case KeySettings.PassphraseCommand command ->
          "the passphrase that " + command.command().getFirst() + " prints";
      case KeySettings.PrivateKeyFile file -> "the private key in " + file.path();
    };
  }

  private static String secret(KeySettings key) {
    try (Secret secret = Secrets.read(key)) {
      return new String(secret.bytes(), StandardCharsets.UTF_8);
    }
  }

  record Kit(
      String holdfastVersion,
      Instant printed,
      String repositoryId,
      String location,
      KitFile file,
      List<String> clusters,
      boolean encrypted,
      List<SlotView> slots,
      @Nullable String openedBySlot,
      @Nullable String keepSafe,
      @Nullable String secret)
      implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("holdfastVersion", holdfastVersion);
      json.put("printed", printed);
      json.put("repositoryId", repositoryId);
      json.put("location", location);
      json.put("repositorySettings", file.siteLines());
      json.put("configuration", file.text());
      json.put("clusters", clusters);
      json.put("encrypted", encrypted);
      json.put("slots", slots);
      json.put("openedBySlot", openedBySlot);
      json.put("keepSafe", keepSafe);
      json.put("secret", secret);
      return json;
    }

    @Override
    public void print(Page page) {
      page.line("HOLDFAST RECOVERY KIT");
      page.blank();
      page.field(14, "printed", Times.local(printed));
      page.field(14, "version", holdfastVersion);
      page.field(14, "repository", repositoryId);
      page.field(14, "location", location);
      page.field(14, "clusters", clusters.isEmpty() ? "none yet" : String.join(", ", clusters));
      page.blank();
      if (encrypted) {
        printKeys(page);
      } else {
        page.line("The repository is NOT encrypted: whoever can read it can restore it.");
      }
      page.blank();
      page.lines(howToRestore());
    }

    private void printKeys(Page page) {
      page.line("Any one of these keys opens it; WITHOUT ONE OF THEM NOBODY CAN:");
      page.table(SlotView.table(slots));
      page.blank();
      if (secret != null) {
        page.line("The secret of slot " + openedBySlot + ", between the arrows:");
        page.line("  --> " + secret + " <--");
      } else {
        page.line("Keep with this page: " + keepSafe + ".");
        page.line("It is not printed here; --with-secret prints it.");
      }
    }

    private List<String> howToRestore() {
      List<String> lines = new ArrayList<>();
      lines.addAll(
          List.of(
              "To restore on a new machine:",
              "  1. Install Java 25, Holdfast, and the PostgreSQL version of the cluster.",
              "  2. Bring the repository there, mount it, or have access to its bucket. Put the key into a file"
                  + " that only you can read.",
              "  3. Write holdfast.yaml:"));
      file.text().lines().forEach(line -> lines.add("     " + line));
      lines.addAll(
          List.of(
              "  4. holdfast key check",
              "  5. holdfast status",
              "  6. holdfast restore "
                  + file.cluster()
                  + " --to /new/data/directory --take-over --start",
              "`holdfast prove --drill` rehearses this; `holdfast runbook` has the rest."));
      return lines;
    }
  }
}

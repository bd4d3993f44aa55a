package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.Build;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.KeySlots;
import io.holdfast.repository.Repository;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.settings.SftpSettings;
import io.holdfast.settings.SiteSettings;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
              siteLines(settings.sites()),
              clusters(declared, repository),
              repository.encrypted(),
              repository.keySlots().map(SlotView::all).orElse(List.of()),
              repository.keySlots().map(KeySlots::openedBy).map(slot -> slot.id()).orElse(null),
              settings.key().map(KeyRecoveryKitCommand::words).orElse(null),
              withSecret ? settings.key().map(KeyRecoveryKitCommand::secret).orElse(null) : null));
      return ExitStatus.DONE;
    }
  }

  /** Also those that nothing was stored of yet: most kits are printed on the first day. */
  private static List<String> clusters(Settings declared, Repository repository) {
    Set<String> names = new TreeSet<>(repository.clusters());
    declared.clusters().keySet().forEach(name -> names.add(name.text()));
    return List.copyOf(names);
  }

  /** What a configuration on another machine has to say of the places. */
  private static List<String> siteLines(List<NamedSite> sites) {
    if (sites.size() == 1) {
      return siteLines(sites.getFirst().place());
    }
    List<String> lines = new ArrayList<>();
    lines.add("sites:   # any one of them is enough");
    for (NamedSite site : sites) {
      lines.add("  " + site.name() + ":");
      siteLines(site.place()).forEach(line -> lines.add("    " + line));
    }
    return lines;
  }

  private static List<String> siteLines(SiteSettings site) {
    return switch (site) {
      case SiteSettings.Directory(Path path) -> List.of("path: " + path);
      case S3Settings s3 -> s3Lines(s3);
      case SftpSettings sftp -> sftpLines(sftp);
    };
  }

  private static List<String> sftpLines(SftpSettings sftp) {
    List<String> lines = new ArrayList<>();
    lines.add("sftp:");
    lines.add("  host: " + sftp.host());
    if (sftp.port() != SftpSettings.PORT) {
      lines.add("  port: " + sftp.port());
    }
    lines.add("  user: " + sftp.user());
    lines.add("  path: \"" + sftp.path() + "\"");
    sftp.hostKey().ifPresent(key -> lines.add("  host-key: " + key));
    return lines;
  }

  private static List<String> s3Lines(S3Settings s3) {
    List<String> lines = new ArrayList<>();
    lines.add("s3:");
    lines.add("  bucket: " + s3.bucket());
    if (!s3.prefix().isEmpty()) {
      lines.add("  prefix: " + s3.prefix());
    }
    s3.endpoint().ifPresent(address -> lines.add("  endpoint: " + address));
    s3.region().ifPresent(region -> lines.add("  region: " + region));
    if (s3.pathStyle() != s3.endpoint().isPresent()) {
      lines.add("  path-style: " + s3.pathStyle());
    }
    lines.add("  credentials:   # or as the tools of AWS find them");
    lines.add("    access-key-file: /etc/holdfast/s3-access-key");
    lines.add("    secret-key-file: /etc/holdfast/s3-secret-key");
    return lines;
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
      List<String> repositorySettings,
      List<String> clusters,
      boolean encrypted,
      List<SlotView> slots,
      @Nullable String openedBySlot,
      @Nullable String keepSafe,
      @Nullable String secret)
      implements Answer {
    @Override
    public Object json() {
      return this;
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
      String key =
          encrypted
              ? "       key:\n         passphrase-file: /etc/holdfast/passphrase   # or private-key-file"
              : "       encryption: none";
      String cluster = clusters.isEmpty() ? "main" : clusters.getFirst();
      List<String> lines = new ArrayList<>();
      lines.addAll(
          List.of(
              "To restore on a new machine:",
              "  1. Install Java 25, Holdfast, and the PostgreSQL version of the cluster.",
              "  2. Bring the repository there, mount it, or have access to its bucket. Put the key into a file"
                  + " that only you can read.",
              "  3. Write holdfast.yaml:",
              "     repository:"));
      repositorySettings.forEach(line -> lines.add("       " + line));
      lines.addAll(
          List.of(
              key,
              "     clusters:",
              "       " + cluster + ":",
              "         connection: \"host=/var/run/postgresql dbname=postgres\"",
              "  4. holdfast key check",
              "  5. holdfast status",
              "  6. holdfast restore "
                  + cluster
                  + " --to /new/data/directory --take-over --start"));
      return lines;
    }
  }
}

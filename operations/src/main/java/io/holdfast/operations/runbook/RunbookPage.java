package io.holdfast.operations.runbook;

import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.logical.LogicalDetails;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.Verdict;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes the page. The first block of commands of each section is what a drill carries out; see
 * {@link RunbookCommands}.
 */
final class RunbookPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss'+00'").withZone(ZoneOffset.UTC);
  private static final int DATABASES = 20;

  /** From here on it changes only with the configuration, and the first two lines named next. */
  static final String LASTING = "## What you need";

  static final String MEASURED = "Measured last, see above: ";
  static final String ROOM = "* A machine with ";

  private final Runbook book;
  private final String cluster;
  private final StringBuilder page = new StringBuilder();

  RunbookPage(Runbook book) {
    this.book = book;
    this.cluster = book.cluster();
  }

  String write() {
    line("# Runbook: restore cluster " + cluster);
    line("");
    line(
        "Written "
            + TIME.format(book.written())
            + " by "
            + book.program()
            + ", from what the repository holds. Do not edit it: `holdfast runbook "
            + cluster
            + " --publish` writes it anew, and so does every proof.");
    whatThereIs();
    whatYouNeed();
    lostHost();
    lostDisk();
    lostRegion();
    droppedTable();
    ransomware();
    afterwards();
    return page.toString();
  }

  private void whatThereIs() {
    line("");
    line("## What there is");
    line("");
    line(plain(book.restorable()));
    line("");
    line("| site | place |");
    line("| --- | --- |");
    book.sites()
        .forEach(site -> line("| " + plain(site.name()) + " | " + plain(site.place()) + " |"));
    line("");
    line(
        "Repository `"
            + book.repository()
            + "`, "
            + (book.encrypted()
                ? "encrypted: nobody opens it without its key."
                : "NOT encrypted: whoever reads it can restore it."));
    line("");
    if (book.newest().isEmpty()) {
      line("**There is no backup.** `holdfast backup " + cluster + "` makes one.");
      return;
    }
    line("| newest backup | id | taken | size | a restore took | measured |");
    line("| --- | --- | --- | --- | --- | --- |");
    book.newest().forEach(this::backup);
    physical()
        .ifPresent(details -> {
          line("");
          line(
              "PostgreSQL "
                  + details.server().major()
                  + " ("
                  + plain(details.server().version())
                  + "), data directory `"
                  + plain(details.server().dataDirectory())
                  + "`"
                  + tablespaces(details)
                  + ".");
        });
  }

  private static String tablespaces(PhysicalDetails details) {
    List<String> outside =
        details.tablespaces().stream()
            .filter(each -> !each.location().isEmpty())
            .map(each -> "`" + plain(each.location()) + "`")
            .toList();
    return outside.isEmpty()
        ? ""
        : ", tablespaces in " + String.join(", ", outside) + " (elsewhere: --tablespace OLD=NEW)";
  }

  private void backup(BackupSummary backup) {
    Optional<Proof> proof =
        book.proofs().stream().filter(each -> each.kind().equals(backup.kind())).findFirst();
    line(
        "| "
            + backup.kind()
            + " | `"
            + backup.id()
            + "` | "
            + TIME.format(backup.finished())
            + " | "
            + Runbook.size(backup)
            + " | "
            + proof.flatMap(Proof::recoveryTime).map(RunbookPage::span).orElse("not measured")
            + " | "
            + proof.map(RunbookPage::when).orElse("run `holdfast prove " + cluster + "`")
            + " |");
  }

  private static String when(Proof proof) {
    return TIME.format(proof.ended())
        + (proof.drill() ? ", drill" : ", proof")
        + (proof.verdict() == Verdict.PASSED ? ", passed" : ", " + proof.verdict().word())
        + (proof.site().isEmpty() ? "" : ", from site " + plain(proof.site()));
  }

  private void whatYouNeed() {
    line("");
    line(LASTING);
    line("");
    if (book.encrypted()) {
      line(
          "* **The key**: the passphrase or private key of the recovery kit (`holdfast key"
              + " recovery-kit` prints what belongs in the safe). It is not in this page.");
    }
    line("* Access to one of the sites above. Any one of them is enough.");
    line(
        ROOM
            + "Linux, Java 25, Holdfast"
            + physical()
                .map(d -> " and the programs of PostgreSQL " + d.server().major())
                .or(() ->
                    logical()
                        .map(d -> " and PostgreSQL " + d.server().major() + " or newer, running"))
                .orElse("")
            + ", with room for "
            + book.physical().map(Runbook::size).orElse("the databases")
            + ".");
    line(
        "* `holdfast.yaml` as the recovery kit shows it; the commands read it from the current"
            + " directory, from /etc/holdfast, or from where `--config` says.");
  }

  private void lostHost() {
    section(Disaster.LOST_HOST);
    line(
        "On the new machine, with the key in the file that `holdfast.yaml` names. Stop any server"
            + " that uses the directory, and move what lies there aside.");
    expect();
    block(
        commands(
            List.of("holdfast key check", "holdfast status " + cluster),
            restoreInPlace(List.of())));
    everything("The restored server takes the place of the lost one: same settings, same port.");
  }

  private void lostDisk() {
    section(Disaster.LOST_DISK);
    line(
        "Replace the disk, make the directory anew and empty, owned by the account of the server. If"
            + " what is left of it is stopped and only partly damaged, `--delta` re-uses what is"
            + " right. You lose the transactions that had not reached the repository.");
    expect();
    block(commands(List.of("holdfast status " + cluster), restoreInPlace(List.of())));
    everything("The restored server has the settings of the old one.");
  }

  private void lostRegion() {
    section(Disaster.LOST_REGION);
    if (book.sites().size() == 1) {
      line(
          "**There is one site only. What happens to it happens to all backups.** Declare a second"
              + " one below `repository: sites:` and run `holdfast sync`.");
      return;
    }
    Runbook.Site other = book.sites().getLast();
    line(
        "From site "
            + plain(other.name())
            + ", "
            + plain(other.place())
            + ", on a machine that reaches it. Each of the sites alone is enough; `--site` names"
            + " which.");
    expect();
    List<String> site = List.of("--site", other.name());
    block(commands(List.of(words("holdfast status " + cluster, site)), restoreInPlace(site)));
    line(
        "Afterwards give the first site a new place in `holdfast.yaml` and fill it: `"
            + words(
                "holdfast sync", List.of(book.sites().getFirst().name(), "--from", other.name()))
            + "`. Until then there is one copy less.");
  }

  private void droppedTable() {
    section(Disaster.DROPPED_TABLE);
    if (book.physical().isPresent()) {
      line(
          "Find out when it happened; take a moment before. The copy is made beside the running"
              + " server, which goes on; it archives nothing and listens on this machine only.");
      expect();
      List<String> lines = new ArrayList<>();
      lines.add(directory("/before"));
      lines.add("TIME='YYYY-MM-DD HH:MM:SS+00'   # write the moment just before it happened");
      lines.add(
          "holdfast restore "
              + cluster
              + " --to \"$DIR\" --at \"$TIME\" --start"
              + tablespacesBeside());
      block(lines);
      line(
          "It says how to connect to the copy. Look there whether the rows are what you want, then"
              + " bring them back, for example:");
      line("");
      line("```sh");
      line(
          "pg_dump --table public.users \"host=… port=… dbname=shop\" > users.sql   # from the copy");
      line(
          "psql shop < users.sql                                                # into the server");
      line("```");
      line("");
      line(
          "Stop the copy and remove it when all is well, as the account that owns it: `runuser -u"
              + " postgres -- pg_ctl -D \"$DIR\" stop` (pg_ctl often lies in"
              + " /usr/lib/postgresql/"
              + physical().map(d -> d.server().major()).orElse(0)
              + "/bin).");
    }
    logical()
        .ifPresent(details -> {
          line("");
          line(
              "Or out of the newest dump, which is of one moment ("
                  + TIME.format(details.moment().last())
                  + "). This changes the running server:");
          line("");
          line("```sh");
          line(
              "holdfast dump restore latest shop --table public.users --diff   # database and table as"
                  + " yours are called");
          line("```");
        });
    nothing();
  }

  private void ransomware() {
    section(Disaster.RANSOMWARE);
    line(
        "Disconnect the old machines: their keys to the sites are in other hands. Use a clean one, and"
            + " new credentials. Do not prune, do not sync.");
    Optional<Runbook.Site> bucket =
        book.sites().reversed().stream().filter(Runbook.Site::bucket).findFirst();
    if (bucket.isPresent()) {
      line("");
      line(
          "Site "
              + plain(bucket.get().name())
              + " is a bucket: if it keeps versions, it can be read as it was before the attack, even"
              + " if everything was deleted since.");
    } else {
      line("");
      line(
          "No site is a bucket that keeps versions: use a site that the attacker could not write to,"
              + " and see that all of it is whole.");
    }
    expect();
    if (book.physical().isPresent()) {
      String name = bucket.map(Runbook.Site::name).orElse(book.sites().getLast().name());
      List<String> from = book.sites().size() == 1 ? List.of() : List.of("--site", name);
      List<String> lines = new ArrayList<>(List.of(directory("/before"), moment(bucket)));
      String past = bucket.isPresent() ? " --as-of \"$AS_OF\"" : "";
      lines.add(words("holdfast status " + cluster, from) + past);
      lines.add(
          words("holdfast restore " + cluster + " --to \"$DIR\" --start", from)
              + tablespacesBeside()
              + (bucket.isPresent() ? past : " --at \"$TIME\""));
      block(lines);
      line(
          "It is a harmless copy. Look for what the attacker left in it before it takes the place of"
              + " anything.");
    }
    nothing();
  }

  private String moment(Optional<Runbook.Site> bucket) {
    return bucket.isPresent()
        ? "AS_OF='YYYY-MM-DD HH:MM:SS+00'   # write a moment before the attack"
        : "TIME='YYYY-MM-DD HH:MM:SS+00'   # write a moment before the attack";
  }

  private void afterwards() {
    line("");
    line("## Afterwards");
    line("");
    line(
        "* In `holdfast.yaml`, write below `clusters: "
            + cluster
            + ": connection:` how the restored server is reached (host, port, user).");
    line("* `holdfast doctor`: the server, the sites, the keys.");
    line("* `holdfast backup " + cluster + "`: the next backup, of the server as it is now.");
    line("* `holdfast wal receive " + cluster + "` or the server's archiver: WAL is kept again.");
    line(
        "* `holdfast prove "
            + cluster
            + " --drill`: rehearses this page, and measures how long it takes.");
  }

  private Optional<PhysicalDetails> physical() {
    return book.physical().flatMap(BackupSummary::physical);
  }

  private Optional<LogicalDetails> logical() {
    return book.logical().flatMap(BackupSummary::logical);
  }

  private void section(Disaster disaster) {
    line("");
    line("## " + disaster.title() + " (" + disaster.word() + ")");
    line("");
  }

  private void expect() {
    book.measured(physical().isPresent() ? PhysicalDetails.KIND : "logical")
        .ifPresent(took -> line(MEASURED + span(took) + " until the database answered."));
    line("");
  }

  private List<String> restoreInPlace(List<String> site) {
    if (physical().isPresent()) {
      return List.of(
          directory(""),
          words("holdfast restore " + cluster + " --to \"$DIR\" --take-over --start", site));
    }
    List<String> lines = new ArrayList<>();
    logical()
        .ifPresent(details -> {
          lines.add("SERVER='host=/var/run/postgresql user=postgres'   # the new, empty one");
          databases(details).stream()
              .limit(DATABASES)
              .forEach(name ->
                  lines.add(
                      words(
                          "holdfast dump restore latest "
                              + quoted(name)
                              + " --into "
                              + quoted(name)
                              + " --globals --server \"$SERVER\"",
                          site)));
          if (databases(details).size() > DATABASES) {
            lines.add("# and so on: `holdfast dump list latest` has all of them");
          }
        });
    return lines;
  }

  /**
   * postgres is there already on every server; a name that no line can hold is left to a person.
   */
  private static List<String> databases(LogicalDetails details) {
    return details.databases().stream()
        .map(LogicalDetails.DumpedDatabase::name)
        .filter(
            name -> !name.equals("postgres") && name.chars().noneMatch(c -> c < ' ' || c == '`'))
        .toList();
  }

  private String directory(String suffix) {
    String where = physical().map(d -> d.server().dataDirectory()).orElse("/var/lib/postgresql");
    String place =
        suffix.isEmpty() ? where : Optional.of(where).map(RunbookPage::parent).get() + suffix;
    return "DIR="
        + quoted(place)
        + (suffix.isEmpty()
            ? "   # the new data directory: missing or empty"
            : "   # a place with room, missing or empty");
  }

  /** Where they were lie those of the server that runs. */
  private String tablespacesBeside() {
    return physical().stream()
        .flatMap(details -> details.tablespaces().stream())
        .filter(each -> !each.location().isEmpty())
        .map(each ->
            each.name().matches("[A-Za-z0-9_]+")
                ? each.name()
                : Integer.toUnsignedString(each.oid()))
        .map(name -> " --tablespace " + name + "=\"$DIR-" + name + "\"")
        .collect(Collectors.joining());
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "" : path.substring(0, slash);
  }

  private void everything(String words) {
    line(physical().isPresent() ? words : "");
    nothing();
  }

  private void nothing() {
    if (book.newest().isEmpty()) {
      line("");
      line("**There is no backup to restore.**");
    }
  }

  private static List<String> commands(List<String> first, List<String> then) {
    List<String> all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }

  private static String words(String command, List<String> more) {
    StringBuilder text = new StringBuilder(command);
    more.forEach(word -> text.append(' ').append(word.startsWith("--") ? word : quoted(word)));
    return text.toString();
  }

  private void block(List<String> lines) {
    line("```sh");
    lines.forEach(this::line);
    line("```");
    line("");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  /** For the shell. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./:@%+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** As text: nothing in it may become Markdown, or end a line. */
  private static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?")
        .replace("|", "\\|")
        .replace("`", "'")
        .replace("<", "&lt;");
  }

  private static String span(Duration took) {
    long seconds = took.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }
}

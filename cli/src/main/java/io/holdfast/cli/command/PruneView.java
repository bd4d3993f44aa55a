package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.retention.Contender;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.retention.PruneOutcome;
import io.holdfast.operations.retention.PrunePlan;
import io.holdfast.operations.retention.Waiting;
import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documented JSON of a prune of one cluster, and its tables for a person.
 *
 * @param site null if there is only one
 * @param purge ids; of a prune that was done, those that were deleted
 * @param notes what is not done, and why
 */
record PruneView(
    String cluster,
    @Nullable String site,
    String policy,
    String timeZone,
    double graceSeconds,
    List<KeptView> keep,
    List<RemovedView> remove,
    long removeFrees,
    List<WaitingView> waiting,
    List<String> purge,
    long purgeFrees,
    long walObjects,
    long walBytes,
    long leftovers,
    long leftoverBytes,
    List<String> notes) {

  record KeptView(
      String id,
      String kind,
      Instant taken,
      long bytesStored,
      List<String> reasons,
      @Nullable String flaw) {}

  record RemovedView(
      String id,
      String kind,
      Instant taken,
      long frees,
      List<String> reasons,
      @Nullable String flaw) {}

  record WaitingView(String id, Instant removed, Instant purgeAfter) {}

  static PruneView planned(@Nullable String site, PrunePlan plan) {
    return of(
        site,
        plan,
        plan.purged().stream().map(each -> each.id().text()).toList(),
        plan.purgedFrees().bytes(),
        new long[] {plan.walObjects(), plan.walBytes(), 0, 0},
        plan.notes());
  }

  static PruneView done(@Nullable String site, PruneOutcome outcome) {
    List<String> notes = new java.util.ArrayList<>(outcome.plan().notes());
    notes.addAll(outcome.postponed());
    return of(
        site,
        outcome.plan(),
        outcome.purged().stream().map(id -> id.text()).toList(),
        outcome.freed().bytes(),
        new long[] {
          outcome.walObjects(), outcome.walBytes(), outcome.leftovers(), outcome.leftoverBytes()
        },
        notes);
  }

  private static PruneView of(
      @Nullable String site,
      PrunePlan plan,
      List<String> purged,
      long purgeFrees,
      long[] counts,
      List<String> notes) {
    Policy policy = plan.policy();
    return new PruneView(
        plan.cluster(),
        site,
        policy.words(),
        policy.zone().getId(),
        policy.grace().toMillis() / 1000.0,
        plan.kept().stream()
            .map(kept -> {
              Contender backup = kept.verdict().backup();
              return new KeptView(
                  backup.id().text(),
                  backup.kind(),
                  backup.started(),
                  kept.bytesStored(),
                  kept.verdict().reasons(),
                  backup.flaw().orElse(null));
            })
            .toList(),
        plan.removed().stream()
            .map(removed -> {
              Contender backup = removed.verdict().backup();
              return new RemovedView(
                  backup.id().text(),
                  backup.kind(),
                  backup.started(),
                  removed.frees(),
                  removed.verdict().reasons(),
                  backup.flaw().orElse(null));
            })
            .toList(),
        plan.removedFrees().bytes(),
        plan.waiting().stream().map(PruneView::waiting).toList(),
        purged,
        purgeFrees,
        counts[0],
        counts[1],
        counts[2],
        counts[3],
        notes);
  }

  private static WaitingView waiting(Waiting each) {
    return new WaitingView(
        each.backup().id().text(), each.removal().since(), each.removal().purgeAfter());
  }

  /** Of every cluster that was looked at. */
  record All(boolean done, List<PruneView> clusters) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      clusters.forEach(each -> each.print(page, done));
      if (!done) {
        page.blank();
        page.line("Nothing was removed yet: say --yes.");
      }
    }
  }

  private void print(Page page, boolean done) {
    page.line(
        cluster
            + (site == null ? "" : " on site " + site)
            + " keeps "
            + policy
            + (timeZone.equals(ZoneId.systemDefault().getId()) ? "" : " (by " + timeZone + ")"));
    page.blank();
    page.line("keep " + backups(keep.size()) + ":");
    page.table(keptTable());
    page.blank();
    if (remove.isEmpty()) {
      page.line("remove no backups");
    } else {
      page.line((done ? "removed " : "remove ") + backups(remove.size()) + ":");
      page.table(removedTable());
    }
    printRest(page, done);
  }

  private void printRest(Page page, boolean done) {
    if (graceSeconds > 0 && !remove.isEmpty()) {
      page.line(
          "For "
              + Policy.words(Duration.ofMillis((long) (graceSeconds * 1000)))
              + " 'holdfast backups undelete' brings them back; a prune after that purges them.");
    }
    page.blank();
    for (WaitingView each : waiting) {
      page.line(
          "waiting  " + each.id() + ": removed, purged after " + Times.local(each.purgeAfter()));
    }
    if (!remove.isEmpty() || !waiting.isEmpty()) {
      page.line("once all that is removed is purged: " + ByteSize.format(removeFrees) + " freed");
    }
    String purged = done ? "purged   " : "purge    ";
    purge.forEach(id -> page.line(purged + id));
    if (!purge.isEmpty()) {
      page.line(purged + "frees " + ByteSize.format(purgeFrees));
    }
    if (walObjects > 0) {
      page.line(
          (done ? "removed " : "remove ")
              + walObjects
              + " WAL objects, "
              + ByteSize.format(walBytes)
              + ", from before the oldest backup");
    }
    if (leftovers > 0) {
      page.line(
          "removed "
              + leftovers
              + " leftovers of killed backups, "
              + ByteSize.format(leftoverBytes));
    }
    notes.forEach(note -> page.line("note: " + note));
  }

  private static String backups(int count) {
    return count + (count == 1 ? " backup" : " backups");
  }

  private Table keptTable() {
    Table table =
        new Table().left("BACKUP").left("KIND").left("TAKEN").right("STORED").left("REASONS");
    for (KeptView each : keep) {
      table.row(
          each.id(),
          each.kind(),
          Times.local(each.taken()),
          ByteSize.format(each.bytesStored()),
          told(each.reasons(), each.flaw()));
    }
    return table;
  }

  private Table removedTable() {
    Table table =
        new Table().left("BACKUP").left("KIND").left("TAKEN").right("FREES").left("REASONS");
    for (RemovedView each : remove) {
      table.row(
          each.id(),
          each.kind(),
          Times.local(each.taken()),
          ByteSize.format(each.frees()),
          told(each.reasons(), each.flaw()));
    }
    return table;
  }

  private static String told(List<String> reasons, @Nullable String flaw) {
    return String.join(", ", reasons) + (flaw == null ? "" : "; FLAW: " + flaw);
  }
}

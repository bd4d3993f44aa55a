package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.retention.Policy;
import io.holdfast.operations.retention.Preview;
import io.holdfast.operations.retention.Preview.Moment;
import io.holdfast.operations.retention.Verdict;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The documented JSON of what will be kept of a cluster, and its tables for a person. */
record PreviewView(
    String cluster,
    @Nullable String site,
    String policy,
    String every,
    boolean everyObserved,
    List<MomentView> moments) {

  record MomentView(String after, Instant at, List<KeptView> keep) {
    Instant oldest() {
      return keep.stream().map(KeptView::taken).min(Instant::compareTo).orElse(at);
    }
  }

  /**
   * @param toCome whether such a backup is only supposed to be taken
   */
  record KeptView(String id, Instant taken, boolean toCome, List<String> reasons) {
    static KeptView of(Verdict verdict) {
      return new KeptView(
          verdict.backup().id().text(),
          verdict.backup().started(),
          Moment.isToCome(verdict),
          verdict.reasons());
    }
  }

  static PreviewView of(String cluster, @Nullable String site, Policy policy, Preview preview) {
    return new PreviewView(
        cluster,
        site,
        policy.words(),
        Policy.words(preview.every()),
        preview.observed(),
        preview.moments().stream()
            .map(moment ->
                new MomentView(
                    Policy.words(moment.after()),
                    moment.at(),
                    moment.kept().stream().map(KeptView::of).toList()))
            .toList());
  }

  /** Of every cluster that was looked at. */
  record All(List<PreviewView> clusters) implements Answer {
    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      clusters.forEach(each -> each.print(page));
    }
  }

  private void print(Page page) {
    page.line(
        cluster
            + (site == null ? "" : " on site " + site)
            + " keeps "
            + policy
            + "; with a backup every "
            + every
            + (everyObserved ? ", as lately," : "")
            + " there will be:");
    Table table = new Table().left("IN").right("BACKUPS").left("THE OLDEST OF");
    for (MomentView moment : moments) {
      table.row(
          moment.after(), Integer.toString(moment.keep().size()), Times.local(moment.oldest()));
    }
    page.table(table);
    page.blank();
    page.line("in " + moments.getLast().after() + ":");
    Table last = new Table().left("TAKEN").left("BACKUP").left("REASONS");
    for (KeptView each : moments.getLast().keep()) {
      last.row(
          Times.local(each.taken()),
          each.toCome() ? "to come" : each.id(),
          String.join(", ", each.reasons()));
    }
    page.table(last);
  }
}

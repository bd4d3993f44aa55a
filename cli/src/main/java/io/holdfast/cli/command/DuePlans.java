package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.Plans;
import io.holdfast.cli.wiring.ReadFrom;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.proof.PlanRuns;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.ProofFormat;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.repository.Lease;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.PlanSettings;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out every plan that is due, one after the other; a plan that fails stops no other. */
final class DuePlans {
  /** Proves by one plan and keeps the result. */
  interface Carrying {
    Carried out(String cluster, PlanSettings plan);
  }

  record Carried(List<Proof> proofs, List<String> kept, ExitStatus status) {}

  private final Rooms rooms;
  private final Console console;
  private final Carrying carrying;
  private final List<Proof> proofs = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();
  private ExitStatus worst = ExitStatus.DONE;

  DuePlans(Rooms rooms, Console console, Carrying carrying) {
    this.rooms = rooms;
    this.console = console;
    this.carrying = carrying;
  }

  /**
   * @param only the cluster; all that are declared if left out
   */
  ExitStatus run(Optional<String> only) {
    Settings settings = rooms.settings();
    List<ClusterName> names =
        only.map(name -> List.of(new ClusterName(name)))
            .orElse(List.copyOf(settings.clusters().keySet()));
    boolean any = false;
    for (ClusterName name : names) {
      ClusterSettings declared = settings.cluster(name);
      if (!declared.prove().plans().isEmpty()) {
        any = true;
        guarded(name.text(), () -> cluster(name.text(), declared.prove().plans()));
      }
    }
    if (!any) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "no plans are configured" + only.map(name -> " for cluster " + name).orElse(""),
          "Below the cluster's 'prove:' write for example: plans: { weekly: { every: 7d, backup:"
              + " random } }");
    }
    console.answer(new Answered(proofs, kept, lines));
    return worst;
  }

  private void cluster(String name, List<PlanSettings> plans) {
    Map<String, Instant> last;
    try (OpenCluster open = rooms.readingCluster(Optional.of(name), ReadFrom.ANYWHERE)) {
      last =
          new PlanRuns(open.archive())
              .last(plans.stream().map(Plans::of).toList(), console.clock().instant());
    }
    for (PlanSettings plan : plans) {
      TestPlan when = Plans.of(plan);
      Optional<Instant> began = Optional.ofNullable(last.get(plan.name()));
      if (when.due(began, console.clock().instant())) {
        guarded(name + ", plan " + plan.name(), () -> due(name, plan));
      } else {
        note(name, when, "not due", began);
      }
    }
  }

  private void due(String name, PlanSettings plan) {
    TestPlan when = Plans.of(plan);
    try (OpenCluster open = rooms.cluster(Optional.of(name))) {
      PlanRuns runs = new PlanRuns(open.archive());
      Optional<Lease> lease = runs.begin(plan.name());
      if (lease.isEmpty()) {
        note(name, when, "under way in another process", Optional.empty());
        return;
      }
      try (Lease held = lease.get()) {
        // Another process may have ended it between the look and the lease.
        Instant now = console.clock().instant();
        Optional<Instant> began =
            Optional.ofNullable(runs.last(List.of(when), now).get(plan.name()));
        if (!when.due(began, now)) {
          note(name, when, "not due", began);
          return;
        }
        held.ensureHeld();
        Carried carried = carrying.out(name, plan);
        proofs.addAll(carried.proofs());
        kept.addAll(carried.kept());
        worsen(carried.status());
        note(name, when, "carried out", Optional.of(now));
      }
    }
  }

  private void note(String cluster, TestPlan plan, String state, Optional<Instant> began) {
    lines.add(new Line(cluster, plan.name(), state, plan.next(began, console.clock().instant())));
  }

  private void guarded(String what, Runnable work) {
    try {
      work.run();
    } catch (HoldfastException e) {
      if (e.status() == ExitStatus.INTERRUPTED) {
        throw e;
      }
      console.warn(
          what + ": " + e.getMessage() + e.hint().map(hint -> ". HINT: " + hint).orElse(""));
      worsen(e.status());
    }
  }

  private void worsen(ExitStatus status) {
    worst = ProveCommand.worse(worst, status);
  }

  private record Line(String cluster, String plan, String state, Optional<Instant> next) {}

  private record Answered(List<Proof> proofs, List<String> kept, List<Line> lines)
      implements Answer {
    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("proofs", proofs.stream().map(ProofFormat::json).toList());
      json.put("kept", kept);
      json.put("plans", lines.stream().map(Answered::json).toList());
      return json;
    }

    private static Map<String, Object> json(Line line) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("cluster", line.cluster());
      json.put("plan", line.plan());
      json.put("state", line.state());
      json.put("next", line.next().map(Instant::toString).orElse(null));
      return json;
    }

    @Override
    public void print(Page page) {
      new ProofView.Shown(proofs, kept).print(page);
      for (Line line : lines) {
        page.line(
            line.cluster()
                + ", plan "
                + line.plan()
                + ": "
                + line.state()
                + line.next().map(time -> "; next after " + Times.local(time)).orElse(""));
      }
    }
  }
}

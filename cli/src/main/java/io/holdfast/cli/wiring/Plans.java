package io.holdfast.cli.wiring;

import io.holdfast.operations.proof.DailyWindow;
import io.holdfast.operations.proof.TestPlan;
import io.holdfast.settings.ClusterSettings;
import io.holdfast.settings.PlanSettings;
import java.util.List;

/** The test plans that the configuration declares, as the operations have them. */
public final class Plans {
  private Plans() {}

  public static List<TestPlan> of(ClusterSettings cluster) {
    return cluster.prove().plans().stream().map(Plans::of).toList();
  }

  public static TestPlan of(PlanSettings plan) {
    return new TestPlan(
        plan.name(),
        plan.every(),
        plan.window().map(each -> new DailyWindow(each.from(), each.to(), each.zone())));
  }
}

package io.holdfast.telemetry;

import io.holdfast.operations.runs.Outcome;
import io.holdfast.operations.runs.Run;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;

/** A span for each run: from its beginning to its end, with what its record says but its words. */
final class RunSpans {
  private final Tracer tracer;

  RunSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  void add(Run run) {
    if (run.outcome() == Outcome.SEEN) {
      return;
    }
    SpanBuilder builder =
        tracer
            .spanBuilder(run.job().schedule())
            .setNoParent()
            .setStartTimestamp(run.began())
            .setAttribute("holdfast.schedule", run.job().schedule())
            .setAttribute("holdfast.command", run.command())
            .setAttribute("holdfast.outcome", run.outcome().word())
            .setAttribute("holdfast.exit_status", run.status())
            .setAttribute("holdfast.attempt", run.attempt())
            .setAttribute("holdfast.due", run.due().toString())
            .setAttribute("holdfast.run", run.id())
            .setAttribute("host.name", run.host());
    run.job().cluster().ifPresent(cluster -> builder.setAttribute("holdfast.cluster", cluster));
    Span span = builder.startSpan();
    span.setStatus(run.outcome().bad() ? StatusCode.ERROR : StatusCode.OK);
    span.end(run.ended());
  }
}

package io.holdfast.service;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Run;
import io.holdfast.scheduling.Turn;
import java.time.Instant;

/** What the service tells while it works. Called from any thread; must return soon. */
public interface ServiceEvents {
  /** A command was started. */
  void began(Job job, Turn.Now turn, String id);

  /** A run ended, or was missed. */
  void ended(Job job, Run run);

  /** A command that was started is not run here after all, and nothing is recorded of it. */
  void left(Job job, String id, String why);

  /** A line that a running command said. */
  void said(JobName job, String id, String line);

  /** Something keeps the service itself from its work; told once, until {@link #over}. */
  void trouble(Matter matter, String what);

  /** That trouble is over. */
  void over(Matter matter);

  /**
   * WAL of a cluster comes here: said soon after it begins to, soon after some was left out, and
   * again and again, at most an hour apart. Whoever wants to know whether any is missing looks now.
   */
  void receiving(String cluster);

  /**
   * It is well since then, whoever saw to that; said with every look, of what may have been told as
   * trouble by another process.
   */
  void well(Matter matter, Instant since);

  /** Something worth a line. */
  void note(Matter matter, String what);
}

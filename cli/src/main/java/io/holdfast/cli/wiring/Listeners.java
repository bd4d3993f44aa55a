package io.holdfast.cli.wiring;

import io.holdfast.operations.runs.JobName;
import io.holdfast.operations.runs.Run;
import io.holdfast.scheduling.Turn;
import io.holdfast.service.Job;
import io.holdfast.service.Matter;
import io.holdfast.service.ServiceEvents;
import java.time.Instant;
import java.util.List;

/** Tells everything to each of them, in their order. */
public record Listeners(List<ServiceEvents> all) implements ServiceEvents {
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void began(Job job, Turn.Now turn, String id) {
    all.forEach(each -> each.began(job, turn, id));
  }

  @Override
  public void ended(Job job, Run run) {
    all.forEach(each -> each.ended(job, run));
  }

  @Override
  public void left(Job job, String id, String why) {
    all.forEach(each -> each.left(job, id, why));
  }

  @Override
  public void said(JobName job, String id, String line) {
    all.forEach(each -> each.said(job, id, line));
  }

  @Override
  public void trouble(Matter matter, String what) {
    all.forEach(each -> each.trouble(matter, what));
  }

  @Override
  public void over(Matter matter) {
    all.forEach(each -> each.over(matter));
  }

  @Override
  public void receiving(String cluster) {
    all.forEach(each -> each.receiving(cluster));
  }

  @Override
  public void well(Matter matter, Instant since) {
    all.forEach(each -> each.well(matter, since));
  }

  @Override
  public void note(Matter matter, String what) {
    all.forEach(each -> each.note(matter, what));
  }
}

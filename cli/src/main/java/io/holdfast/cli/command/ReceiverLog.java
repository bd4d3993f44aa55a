package io.holdfast.cli.command;

import io.holdfast.service.Matter;
import io.holdfast.service.ServiceEvents;
import io.holdfast.vocabulary.Progress;

/**
 * What of a receiver's words is worth a line in the service's log: how far it is, it says each
 * minute, and whoever wants to know asks 'status'.
 */
final class ReceiverLog implements Progress {
  private final ServiceEvents events;
  private final Matter matter;

  ReceiverLog(ServiceEvents events, Matter matter) {
    this.events = events;
    this.matter = matter;
  }

  @Override
  public void begin(String task, long totalBytes) {}

  @Override
  public void advance(long bytes) {}

  @Override
  public void end() {}

  @Override
  public void note(String line) {}

  @Override
  public void warn(String line) {
    events.note(matter, "warning: " + line);
  }
}

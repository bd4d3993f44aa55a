package io.holdfast.telemetry;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What the library says of its troubles, which would else appear on stderr between lines of ours.
 * It repeats itself seldom by itself.
 */
final class Complaints extends Handler {
  private final Consumer<String> trouble;

  /** Kept, for loggers are forgotten together with what was set. */
  private final Logger logger = Logger.getLogger("io.opentelemetry");

  private final SimpleFormatter formatter = new SimpleFormatter();

  private Complaints(Consumer<String> trouble) {
    this.trouble = trouble;
  }

  static Complaints to(Consumer<String> trouble) {
    Complaints complaints = new Complaints(trouble);
    complaints.logger.setUseParentHandlers(false);
    complaints.logger.addHandler(complaints);
    return complaints;
  }

  @Override
  public void publish(LogRecord entry) {
    if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
      trouble.accept(formatter.formatMessage(entry));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}

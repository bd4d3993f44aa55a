package io.holdfast.notifications;

import io.holdfast.notifications.delivery.Parcel;
import java.time.Duration;
import java.time.Instant;

/** A message that waits to be sent. */
record Letter(Message message) implements Parcel {
  @Override
  public String key() {
    return key(message.problem().cluster(), message.problem().key());
  }

  static String key(String cluster, String key) {
    return cluster + "\n" + key;
  }

  @Override
  public Instant at() {
    return message.at();
  }

  @Override
  public Duration life() {
    return Duration.ofHours(24);
  }

  @Override
  public int weight() {
    if (message.kind() == Message.Kind.RECOVERED) {
      return 0;
    }
    return switch (message.problem().severity()) {
      case INFO -> 1;
      case WARNING -> 2;
      case ERROR -> 3;
      case CRITICAL -> 4;
    };
  }
}

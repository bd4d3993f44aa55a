package io.holdfast.notifications.delivery;

import java.time.Duration;
import java.time.Instant;

/** Something on its way to a receiver. */
public interface Parcel {
  /** A later one of the same key takes the place of an earlier one that has not gone yet. */
  String key();

  /** When it was made. */
  Instant at();

  /** After so long it is not worth sending any more. */
  Duration life();

  /** What goes first when there is no more room: the least. */
  int weight();
}

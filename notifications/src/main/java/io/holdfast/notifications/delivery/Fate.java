package io.holdfast.notifications.delivery;

/** Is told what has become of parcels, on the thread that sends them. Quick, and never throws. */
public interface Fate<P> {
  void delivered(P parcel);

  void lost(P parcel);
}

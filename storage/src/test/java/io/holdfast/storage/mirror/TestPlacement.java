package io.holdfast.storage.mirror;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Placement;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Everything everywhere, but for what the contract replaces, and what its name says. */
record TestPlacement(Optional<ObjectKey> identityKey) implements Placement {
  static final ObjectKey IDENTITY = ObjectKey.of("whose.json");

  static Placement unchecked() {
    return new TestPlacement(Optional.empty());
  }

  static Placement checked() {
    return new TestPlacement(Optional.of(IDENTITY));
  }

  @Override
  public Place of(ObjectKey key) {
    String text = key.text();
    if (text.startsWith("primary/")) {
      return Place.PRIMARY;
    }
    if (text.startsWith("complete/")) {
      return Place.WHEN_COMPLETE;
    }
    boolean replaced =
        text.equals("clusters/main/cluster.json")
            || text.startsWith("leases/")
            || text.startsWith("documents/");
    return replaced ? Place.DOCUMENT : Place.EVERYWHERE;
  }

  @Override
  public boolean isTakenBackEverywhere(ObjectKey key) {
    return !key.text().startsWith("kept/");
  }

  @Override
  public boolean isProtected(ObjectKey key) {
    return false;
  }

  @Override
  public String identity(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }
}

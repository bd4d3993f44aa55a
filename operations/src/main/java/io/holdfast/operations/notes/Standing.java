package io.holdfast.operations.notes;

import java.time.Instant;
import java.util.Optional;

/** What the last words about a backup come to. */
public record Standing(Optional<Pin> pin, Optional<Removal> removal) {
  public static final Standing PLAIN = new Standing(Optional.empty(), Optional.empty());

  /** Whether it is removed and only waits for being deleted. */
  public boolean removed() {
    return removal.isPresent();
  }

  /** The pin, if it has not ended. */
  public Optional<Pin> pinned(Instant now) {
    return pin.filter(p -> p.holds(now));
  }

  Standing after(Note note, Instant said) {
    return switch (note) {
      case Note.Pinned(var reason, var until) ->
          new Standing(Optional.of(new Pin(reason, said, until)), removal);
      case Note.Unpinned() -> new Standing(Optional.empty(), removal);
      case Note.Deleted(var reason, var purgeAfter) ->
          new Standing(pin, Optional.of(new Removal(reason, said, purgeAfter)));
      case Note.Undeleted() -> new Standing(pin, Optional.empty());
    };
  }
}

package io.holdfast.settings;

import java.util.List;
import java.util.Optional;

/** Knows which words are a command of Holdfast: the configuration itself knows only their form. */
@FunctionalInterface
public interface RunCheck {
  /** Takes every command for one that could be typed. */
  RunCheck NONE = words -> Optional.empty();

  /** Why those words could not be typed, in one sentence; empty if they could. */
  Optional<String> misuse(List<String> words);
}

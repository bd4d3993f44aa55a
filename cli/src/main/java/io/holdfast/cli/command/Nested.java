package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Streams;
import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import java.util.Optional;

/** Commands run by a command, in the same process, as if they had been typed. */
public interface Nested {
  /**
   * @return exit status
   */
  int run(Streams streams, List<String> words);

  /** Why those words are no command; nothing is run. */
  Optional<HoldfastException> misuse(List<String> words);
}

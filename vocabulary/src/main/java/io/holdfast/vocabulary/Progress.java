package io.holdfast.vocabulary;

/**
 * What long work tells whoever watches. Implementations are thread-safe, quick, and never throw:
 * work does not fail because nobody could be told.
 */
public interface Progress {
  /** Work that shows nothing. */
  Progress NONE =
      new Progress() {
        @Override
        public void begin(String task, long totalBytes) {}

        @Override
        public void advance(long bytes) {}

        @Override
        public void end() {}

        @Override
        public void note(String line) {}

        @Override
        public void warn(String line) {}
      };

  /** A new task starts; {@code totalBytes} is an estimate, 0 where unknown. Ends the one before. */
  void begin(String task, long totalBytes);

  void advance(long bytes);

  void end();

  /** One line worth reading, on its own. */
  void note(String line);

  /** One line that must be read; kept, not overdrawn. */
  void warn(String line);
}

package io.holdfast.cli.terminal;

import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.time.InstantSource;

/** Where the answer, the progress and the failures of a command go. */
public final class Console {
  private final Streams streams;
  private final Verbosity verbosity;
  private final InstantSource clock;

  public Console(Streams streams, Verbosity verbosity, InstantSource clock) {
    this.streams = streams;
    this.verbosity = verbosity;
    this.clock = clock;
  }

  /** Prints the answer on stdout in the form the user asked for. */
  public void answer(Answer answer) {
    if (verbosity.json()) {
      Json.print(streams.out(), answer.json());
    } else {
      answer.print(new Page(streams.out()));
      streams.out().flush();
    }
  }

  /** Prints the answer as JSON, whatever form was asked for elsewhere. */
  public void answerInJson(Answer answer) {
    Json.print(streams.out(), answer.json());
  }

  /** One line beside the answer, on stderr, unless it should be quiet. */
  public void note(String line) {
    if (!verbosity.quiet()) {
      streams.err().println(Page.harmless(line));
    }
  }

  public void warn(String line) {
    streams.err().println("holdfast: warning: " + Page.harmless(line));
  }

  /** Tells what long work does: overdrawn on a terminal, in plain lines elsewhere. */
  public Progress progress() {
    if (verbosity.quiet()) {
      return new WarningsOnly(this);
    }
    return streams.errTerminal()
        ? new DrawnProgress(streams.err(), clock, streams.colour())
        : new PlainProgress(streams.err(), clock);
  }

  /** For work inside work: only what must be read is shown. */
  public Progress warnings() {
    return new WarningsOnly(this);
  }

  public void failure(HoldfastException failure) {
    Failures.print(streams, verbosity.json(), failure);
  }

  /** Whether a person can be asked. */
  public boolean interactive() {
    return streams.inTerminal() && streams.errTerminal() && !verbosity.json();
  }

  public boolean json() {
    return verbosity.json();
  }

  public Streams streams() {
    return streams;
  }

  public InstantSource clock() {
    return clock;
  }
}

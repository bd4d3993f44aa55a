package io.holdfast.cli.terminal;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The three standard streams and which of them a person sits at.
 *
 * @param colour whether escape sequences for colour are welcome on stderr and stdout terminals
 */
public record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inTerminal,
    boolean outTerminal,
    boolean errTerminal,
    boolean colour) {

  /**
   * Those of this process. The launcher says which are terminals, for Java cannot ask one by one.
   */
  public static Streams ofProcess() {
    String terminals = System.getProperty("holdfast.terminal", "");
    String noColour = System.getenv("NO_COLOR");
    boolean dumb = "dumb".equals(System.getenv("TERM"));
    return new Streams(
        System.in,
        System.out,
        System.err,
        terminals.contains("0"),
        terminals.contains("1"),
        terminals.contains("2"),
        (noColour == null || noColour.isEmpty()) && !dumb);
  }

  /** The same with others to print to, which go on to these. */
  public Streams through(PrintStream otherOut, PrintStream otherErr) {
    return new Streams(in, otherOut, otherErr, inTerminal, outTerminal, errTerminal, colour);
  }
}

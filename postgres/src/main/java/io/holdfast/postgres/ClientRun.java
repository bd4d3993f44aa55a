package io.holdfast.postgres;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A client program at work. Its streams may be used by one thread each. Whatever it says beside its
 * output is kept: the first lines and the last ones.
 */
public interface ClientRun extends AutoCloseable {
  /**
   * What it writes to its standard output.
   *
   * <p>Its end says nothing of success: {@link #await} does, and what it ends with. A program that
   * kept us waiting too long has been ended, with what it had started: then reading throws. When a
   * program has ended and something that it started keeps its output open without writing anything,
   * that is the end too.
   */
  InputStream output();

  /** What it reads from its standard input; to be closed when that ends. */
  OutputStream input();

  /**
   * Waits for its end, with its output read.
   *
   * @throws PostgresException with its own words if it did not succeed: another exit status than 0,
   *     killed by a signal, or ended by us because it kept us waiting
   */
  void await();

  /** Lines that it wrote to its standard error, as far as they are kept. */
  List<String> said();

  long pid();

  /**
   * Ends it if it still runs, with what it started: asks first, so that it can cancel what the
   * server does for it. Whoever reads its output stops waiting for it.
   */
  @Override
  void close();
}

package io.holdfast.testkit.storm;

import java.sql.SQLException;

/** One thing that a storm does, in a schema that is its worker's own. */
record Deed(String name, When when, Body body) {
  /** At which times it may be done. */
  enum When {
    ANY,
    /** A backup that runs meanwhile would be refused, and rightly. */
    BETWEEN_BACKUPS,
    /** It takes locks that others would deadlock with. */
    ALONE
  }

  /** What is done. */
  @FunctionalInterface
  interface Body {
    void run(StormSession session) throws SQLException;
  }

  static Deed any(String name, Body body) {
    return new Deed(name, When.ANY, body);
  }

  static Deed between(String name, Body body) {
    return new Deed(name, When.BETWEEN_BACKUPS, body);
  }

  static Deed alone(String name, Body body) {
    return new Deed(name, When.ALONE, body);
  }
}

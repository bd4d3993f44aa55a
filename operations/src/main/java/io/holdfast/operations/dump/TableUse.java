package io.holdfast.operations.dump;

/** What a restored table is wanted for, beside being there: the reason to look first. */
public enum TableUse {
  /** To be compared with the one of the database. */
  DIFF("compare"),
  /** To give the one of the database the rows that it lacks. */
  MERGE("merge rows into"),
  /** To take the place of the one of the database, or of one that was dropped. */
  SWAP("swap");

  private final String verb;

  TableUse(String verb) {
    this.verb = verb;
  }

  String verb() {
    return verb;
  }
}

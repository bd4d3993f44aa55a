package io.holdfast.vocabulary;

/** The one list of exit statuses; the documentation is made from it. */
public enum ExitStatus {
  DONE(0, "done"),
  NO(1, "the answer is no: a check, a proof or a verification found a fault"),
  USAGE(2, "usage or configuration"),
  REFUSED(3, "refused for safety"),
  UNVERIFIED(4, "could not verify"),
  SOURCE_FAILED(5, "the source (PostgreSQL) failed"),
  REPOSITORY_FAILED(6, "the repository or a site failed"),
  LEASE_HELD(7, "another holder has the lease"),
  BUG(70, "a fault in Holdfast itself"),
  INTERRUPTED(130, "interrupted");

  private final int code;
  private final String meaning;

  ExitStatus(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}

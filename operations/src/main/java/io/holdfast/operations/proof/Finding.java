package io.holdfast.operations.proof;

/**
 * One thing that is not as it should be.
 *
 * @param code as in {@link FindingCode#text}; kept as text, for a newer program may know more
 * @param fault whether the proof fails by it
 * @param subject what it is about
 * @param found what was expected and found
 */
public record Finding(String code, boolean fault, String subject, String found) {
  /** No document grows beyond reason by what a damaged database says. */
  private static final int LONGEST = 2000;

  public Finding {
    found = found.length() > LONGEST ? found.substring(0, LONGEST) + " …" : found;
  }

  static Finding of(FindingCode code, String subject, String found) {
    return new Finding(code.text(), code.fault(), subject, found);
  }
}

package io.holdfast.notifications;

/**
 * The receiver has it.
 *
 * @param answer what it said, for people, one line without secrets
 * @param trouble what it did not do all the same, such as a recipient it refused; empty if nothing
 */
public record Receipt(String answer, String trouble) {
  public static Receipt of(String answer) {
    return new Receipt(answer, "");
  }
}

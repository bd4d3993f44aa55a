package io.holdfast.operations.doctor;

import io.holdfast.repository.KeySlot;
import java.util.List;

/** Whether the keys open the repository on the day when they are needed. */
public final class KeyRules {
  private static final String SUBJECT = "keys";

  private KeyRules() {}

  /**
   * @param slots of an encrypted repository
   */
  public static List<Finding> of(List<KeySlot> slots) {
    List<KeySlot> opening =
        slots.stream().filter(slot -> !slot.kind().equals(KeySlot.DAMAGED)).toList();
    if (opening.size() < slots.size()) {
      return List.of(
          Finding.of(
              DoctorCode.KEY_DAMAGED,
              SUBJECT,
              slots.size() - opening.size() + " of " + slots.size() + " key slots open nothing",
              "holdfast sync   # brings them from another site. Else make a new one: holdfast key"
                  + " add"));
    }
    if (opening.size() == 1) {
      return List.of(
          Finding.of(
              DoctorCode.KEY_ALONE,
              SUBJECT,
              "one key alone opens the repository: slot "
                  + opening.getFirst().id()
                  + ", "
                  + opening.getFirst().kind(),
              "holdfast key generate recovery.key > recovery.pub   # then put recovery.key into the"
                  + " safe, away from this machine\n"
                  + "holdfast key add --recipient \"$(cat recovery.pub)\""));
    }
    return List.of(Finding.ok(SUBJECT, opening.size() + " keys open the repository"));
  }

  /** Of a repository without any. */
  public static Finding none() {
    return Finding.of(
        DoctorCode.UNENCRYPTED,
        SUBJECT,
        "the repository is not encrypted: whoever reads it reads your data",
        "An encrypted one has to be created as such: holdfast init --encryption required");
  }
}

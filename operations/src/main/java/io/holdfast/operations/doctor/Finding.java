package io.holdfast.operations.doctor;

import io.holdfast.vocabulary.HoldfastException;
import java.util.List;
import java.util.Optional;

/**
 * What one look at the set-up found.
 *
 * @param code empty if all is well there
 * @param subject what was looked at, for people
 * @param cluster that it concerns; empty if none alone
 * @param fix what mends it, to be typed as it is where that is possible; "" if there is nothing
 */
public record Finding(
    Optional<DoctorCode> code, String subject, Optional<String> cluster, String found, String fix) {
  public static Finding ok(String subject, String found) {
    return new Finding(Optional.empty(), subject, Optional.empty(), found, "");
  }

  public static Finding of(DoctorCode code, String subject, String found, String fix) {
    return new Finding(Optional.of(code), subject, Optional.empty(), found, fix);
  }

  /** By what a failure says of itself. */
  public static Finding of(DoctorCode code, String subject, HoldfastException failure) {
    return of(code, subject, String.valueOf(failure.getMessage()), failure.hint().orElse(""));
  }

  /**
   * Something that nobody knows now.
   *
   * @param check what was to be seen: "whether …"
   */
  public static Finding unchecked(String subject, String check, HoldfastException why) {
    return of(
        DoctorCode.NOT_CHECKED,
        subject,
        "could not check " + check + ": " + why.getMessage(),
        why.hint().orElse(""));
  }

  public Finding in(String ofCluster) {
    return new Finding(code, subject, Optional.of(ofCluster), found, fix);
  }

  public Severity severity() {
    return code.map(DoctorCode::severity).orElse(Severity.OK);
  }

  public static boolean any(List<Finding> findings, Severity severity) {
    return findings.stream().anyMatch(finding -> finding.severity() == severity);
  }
}

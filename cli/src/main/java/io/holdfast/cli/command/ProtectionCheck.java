package io.holdfast.cli.command;

import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.retention.Policy;
import io.holdfast.s3.BucketProtection;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.S3Settings.LockMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether backups in a bucket outlive a thief who has this machine's access key. */
final class ProtectionCheck {
  private static final String MORE = "docs/sites.md, 'Protected from deletion', says how.";

  private ProtectionCheck() {}

  static List<Finding> of(String subject, S3Settings bucket, BucketProtection protection) {
    List<Finding> findings = new ArrayList<>();
    if (bucket.lock().isPresent() && !protection.objectLock().orElse(true)) {
      findings.add(
          Finding.of(
              DoctorCode.LOCK_IMPOSSIBLE,
              subject,
              "the configuration asks for 'lock', and the bucket has no object lock",
              "Nothing can be written there. Use a bucket with object lock, or remove 'lock:'."));
    }
    if (!protection.versions().orElse(false)) {
      findings.add(withoutVersions(subject, protection.versions()));
      return findings;
    }
    if (protection.mayDeleteVersions().orElse(false)) {
      findings.add(
          Finding.of(
              DoctorCode.MAY_DELETE_VERSIONS,
              subject,
              "this machine's access key may delete versions for good"
                  + bucket.lock().map(lock -> ", once their locks have ended").orElse(""),
              "Take s3:DeleteObjectVersion from it: " + MORE));
    }
    boolean governance =
        bucket.lock().filter(lock -> lock.mode() == LockMode.GOVERNANCE).isPresent();
    if (governance && protection.mayBypass().orElse(false)) {
      findings.add(
          Finding.of(
              DoctorCode.MAY_BYPASS,
              subject,
              "this machine's access key may end locks of mode governance before their time",
              "Take s3:BypassGovernanceRetention from it: " + MORE));
    }
    if (!protection.expiry().orElse(true)) {
      findings.add(
          Finding.of(
              DoctorCode.NO_EXPIRY,
              subject,
              "no life-cycle rule removes old versions: what is pruned stays, and is paid for",
              "Give the bucket a rule with NoncurrentVersionExpiration: " + MORE));
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(subject, sound(bucket, protection)));
    }
    return findings;
  }

  /** Whether what is deleted there can be brought back, whoever has this machine's access key. */
  static Optional<Boolean> retains(S3Settings bucket, BucketProtection protection) {
    return protection
        .versions()
        .map(kept ->
            kept && (bucket.lock().isPresent() || !protection.mayDeleteVersions().orElse(true)));
  }

  private static Finding withoutVersions(String subject, Optional<Boolean> versions) {
    return versions.isPresent()
        ? Finding.of(
            DoctorCode.NO_VERSIONS,
            subject,
            "the bucket keeps no versions: whoever has this machine's access key can delete all"
                + " backups there for good",
            "Switch versioning on. " + MORE)
        : Finding.of(
            DoctorCode.VERSIONS_UNKNOWN,
            subject,
            "could not check whether the bucket keeps versions: it cannot be seen with this access key",
            "Give it s3:GetBucketVersioning. " + MORE);
  }

  private static String sound(S3Settings bucket, BucketProtection protection) {
    return "the bucket keeps what is deleted as versions"
        + (protection.mayDeleteVersions().isPresent()
            ? ", which this machine's access key cannot delete"
            : "")
        + bucket
            .lock()
            .map(lock ->
                "; they are locked for "
                    + Policy.words(lock.period())
                    + " ("
                    + lock.mode().name().toLowerCase(Locale.ROOT)
                    + ")")
            .orElse("");
  }
}

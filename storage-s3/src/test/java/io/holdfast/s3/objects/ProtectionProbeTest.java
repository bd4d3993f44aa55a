package io.holdfast.s3.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.s3.BucketProtection;
import io.holdfast.s3.BucketServer;
import io.holdfast.s3.RequestCounts;
import io.holdfast.s3.S3Sites;
import io.holdfast.s3.VersionedBucketServer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What doctor says of a bucket and of the key of this machine. */
final class ProtectionProbeTest {
  private static final Optional<Boolean> YES = Optional.of(true);
  private static final Optional<Boolean> NO = Optional.of(false);
  private static final Optional<Boolean> UNKNOWN = Optional.empty();

  private static final String RULE =
      "<LifecycleConfiguration><Rule><ID>hidden</ID><Status>%s</Status><Filter><Prefix>%s</Prefix>"
          + "</Filter><NoncurrentVersionExpiration><NoncurrentDays>30</NoncurrentDays>"
          + "</NoncurrentVersionExpiration></Rule></LifecycleConfiguration>";

  private static BucketProtection probe(VersionedBucketServer server, String keyId) {
    return S3Sites.probe(server.site("db/holdfast", keyId, Optional.empty()), new RequestCounts());
  }

  @Test
  void aHostsKeyCanDoNoHarm() throws Exception {
    try (VersionedBucketServer server = VersionedBucketServer.start(true)) {
      server.lifecycle(RULE.formatted("Enabled", "db/"));
      assertThat(probe(server, VersionedBucketServer.HOST))
          .isEqualTo(new BucketProtection(YES, YES, YES, NO, NO));
      assertThat(server.keys()).isEmpty();
    }
  }

  @Test
  void anOwnersKeyCan() throws Exception {
    try (VersionedBucketServer server = VersionedBucketServer.start(true)) {
      assertThat(probe(server, VersionedBucketServer.OWNER))
          .isEqualTo(new BucketProtection(YES, YES, NO, YES, YES));
      assertThat(server.keys()).isEmpty();
    }
  }

  @Test
  void aRuleForOtherObjectsIsNone() throws Exception {
    try (VersionedBucketServer server = VersionedBucketServer.start(false)) {
      server.lifecycle(RULE.formatted("Enabled", "other/"));
      assertThat(probe(server, VersionedBucketServer.HOST))
          .isEqualTo(new BucketProtection(YES, NO, NO, NO, UNKNOWN));
      server.lifecycle(RULE.formatted("Disabled", ""));
      assertThat(probe(server, VersionedBucketServer.HOST).expiry()).isEqualTo(NO);
    }
  }

  @Test
  void whatMayNotBeSeenIsNotClaimed() throws Exception {
    try (VersionedBucketServer server = VersionedBucketServer.start(true)) {
      server.deny(
          VersionedBucketServer.HOST,
          "s3:GetBucketVersioning",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetLifecycleConfiguration");
      assertThat(probe(server, VersionedBucketServer.HOST))
          .isEqualTo(new BucketProtection(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN));
    }
  }

  @Test
  void aStoreWithoutVersionsIsNotTakenForOneThatHasThem() throws Exception {
    try (BucketServer server = BucketServer.start()) {
      BucketProtection found = S3Sites.probe(server.site("probe"), new RequestCounts());
      assertThat(found.versions().orElse(false)).isFalse();
      assertThat(found.objectLock().orElse(false)).isFalse();
    }
  }
}

package io.holdfast.cli.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.settings.NamedSite;
import io.holdfast.settings.NewSettings;
import io.holdfast.settings.SiteSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MostJobsTest {
  private static final long AS_LAUNCHED = 108L << 20;

  private static final NamedSite DIRECTORY =
      new NamedSite("disk", new SiteSettings.Directory(Path.of("/r")), true);

  private static NamedSite bucket(String name) {
    return new NamedSite(
        name, NewSettings.bucket("s3://" + name, Optional.empty(), Optional.empty()), true);
  }

  @Test
  void areNotLimitedWithoutABucket() {
    assertThat(MostJobs.of(List.of(DIRECTORY), AS_LAUNCHED)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void dependOnTheBucketsAndTheMemory() {
    assertThat(MostJobs.of(List.of(bucket("one")), AS_LAUNCHED)).isEqualTo(6);
    assertThat(MostJobs.of(List.of(DIRECTORY, bucket("one"), bucket("two")), AS_LAUNCHED))
        .isEqualTo(4);
    assertThat(MostJobs.of(List.of(bucket("one")), 248L << 20)).isEqualTo(20);
    assertThat(MostJobs.of(List.of(bucket("one")), 16L << 20)).isEqualTo(1);
  }
}

package io.holdfast.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServedCertificateTest {
  @TempDir private Path folder;

  @Test
  void aRenewedOneIsShownAndABrokenOneIsNot() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    certificates.certify("first", "EC");
    List<String> notes = new ArrayList<>();
    ServedCertificate served = ServedCertificate.of(certificates.tls(), notes::add);
    assertThat(shown(served)).isEqualTo("CN=first");

    certificates.certify("second", "RSA");
    changed(certificates.key(), 1);
    served.renew();
    assertThat(shown(served)).isEqualTo("CN=second");
    assertThat(served.chooseEngineServerAlias("RSA", null, null)).isNotNull();
    assertThat(served.chooseEngineServerAlias("EC", null, null)).isNull();

    Files.writeString(certificates.key(), "half of i");
    changed(certificates.key(), 2);
    served.renew();
    assertThat(shown(served)).isEqualTo("CN=second");
    assertThat(notes).hasSize(2);
    assertThat(notes.getLast()).contains("goes on with").doesNotContain("half of");
  }

  private static void changed(Path file, int time) throws Exception {
    Files.setLastModifiedTime(
        file, FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + time * 10_000L));
  }

  private static String shown(ServedCertificate served) {
    return served.getCertificateChain("api")[0].getSubjectX500Principal().getName();
  }
}

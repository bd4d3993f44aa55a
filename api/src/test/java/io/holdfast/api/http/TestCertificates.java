package io.holdfast.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Tls;
import io.holdfast.vocabulary.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/** Certificates that sign themselves, one after the other in the same two files. */
public final class TestCertificates {
  private final Path folder;

  public TestCertificates(Path folder) {
    this.folder = folder;
  }

  public Path key() {
    return folder.resolve("key.pem");
  }

  /** Writes a new one of that name, as a renewal does. */
  public void certify(String name, String algorithm) throws Exception {
    Path store = Files.createTempDirectory(folder, name).resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-alias",
                "a",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    Files.writeString(
        key(), pem("PRIVATE KEY", keys.getKey("a", "changeit".toCharArray()).getEncoded()));
    Files.writeString(
        folder.resolve("cert.pem"), pem("CERTIFICATE", keys.getCertificate("a").getEncoded()));
  }

  private static String pem(String label, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
  }

  public Tls tls() {
    return new Tls(
        folder.resolve("cert.pem"),
        key(),
        () -> {
          try {
            return Secret.copyOf(Files.readAllBytes(key()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}

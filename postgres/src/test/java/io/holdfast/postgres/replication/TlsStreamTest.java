package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.embedded.ServerAccount;
import io.holdfast.postgres.ConnectionSettings;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ReplicationSession;
import io.holdfast.postgres.WalSegment;
import io.holdfast.postgres.WalStream;
import io.holdfast.postgres.WalStream.Message;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsStreamTest {
  private static final char[] SECRET = "changeit".toCharArray();

  @TempDir Path folder;

  private static String pem(String kind, byte[] content) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
  }

  /**
   * Makes a key and a certificate for 127.0.0.1 that signs itself, and gives them to the server.
   */
  private Path certify(TestCluster cluster) throws Exception {
    Path store = folder.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-ext",
                "bc=ca:true",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(SECRET),
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(
            keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, SECRET);
    }
    Path key = cluster.dataDirectory().resolve("server.key");
    Files.writeString(key, pem("PRIVATE KEY", keys.getKey("server", SECRET).getEncoded()));
    Files.setAttribute(key, "unix:mode", 0600);
    ServerAccount.current().own(key);
    String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    Files.writeString(cluster.dataDirectory().resolve("server.crt"), certificate);
    return Files.writeString(folder.resolve("root.crt"), certificate);
  }

  @Test
  void streamsOverVerifiedTlsInSmallWaitsWithoutLosingAByte() throws Exception {
    try (TestCluster cluster = TestCluster.of(PostgresMajor.newest()).create()) {
      Path root = certify(cluster);
      cluster.configure("ssl", "on");
      cluster.start();
      String conninfo = cluster.conninfo() + " sslmode=verify-full sslrootcert=" + root;
      try (ReplicationSession session =
          ReplicationSession.connect(ConnectionSettings.parse(conninfo), "holdfast-test")) {
        Lsn start = WalSegment.holding(1, session.identify().flushed(), 16 << 20).start();
        cluster.sql("CREATE TABLE t AS SELECT g, md5(g::text) FROM generate_series(1, 100000) g");
        Lsn end = Lsn.parse(cluster.query("SELECT pg_current_wal_flush_lsn()"));
        assertThat(
                cluster.query("SELECT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)"))
            .isEqualTo("t");
        try (WalStream stream = session.stream(Optional.empty(), start, 1)) {
          Lsn at = start;
          while (at.isBefore(end)) {
            // Waits this short run out in the middle of TLS records.
            if (stream.next(Duration.ZERO).orElse(null) instanceof Message.Data data) {
              assertThat(data.start()).isEqualTo(at);
              at = at.plus(data.length());
            }
          }
        }
        assertThat(session.identify().timeline()).isEqualTo(1);
      }
      String wrongName = conninfo.replace("127.0.0.1", "localhost");
      assertThatThrownBy(() -> ReplicationSession.connect(ConnectionSettings.parse(wrongName), "x"))
          .isInstanceOf(PostgresException.class);
    }
  }
}

package io.holdfast.s3;

import io.holdfast.s3.S3Site.AccessKey;
import io.holdfast.vocabulary.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * A real S3 server in this process, which checks signatures and keeps objects in memory. What it
 * lacks of S3 is that conditions are checked and kept in one step; {@link Gate} gives it that.
 */
public final class BucketServer implements AutoCloseable {
  public static final String BUCKET = "backups";
  public static final String KEY_ID = "AKIAHOLDFASTTEST";
  public static final String SECRET = "secret/that+nobody=may-see";

  private final S3Proxy server;
  private final Gate gate;

  private BucketServer(S3Proxy server, Gate gate) {
    this.server = server;
    this.gate = gate;
  }

  public static BucketServer start() throws Exception {
    TransientNio2BlobStore store = new TransientNio2BlobStore();
    store.createContainer(BUCKET);
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY_ID, SECRET)
            .v4MaxNonChunkedRequestSize(128L << 20)
            .build();
    server.start();
    return new BucketServer(server, Gate.before(server.getPort()));
  }

  /** Through which all requests come. */
  public Gate gate() {
    return gate;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + gate.port());
  }

  /** A part of the bucket for one test. */
  public S3Site site(String prefix) {
    return site(BUCKET, prefix, KEY_ID, SECRET);
  }

  public S3Site site(String bucket, String prefix, String id, String secret) {
    return new S3Site(
        bucket,
        prefix,
        Optional.of(endpoint()),
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.of(() -> key(id, secret)),
        Optional.empty());
  }

  public static AccessKey key(String id, String secret) {
    return new AccessKey(id, Secret.copyOf(secret.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    gate.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("could not stop the server", e);
    }
  }
}

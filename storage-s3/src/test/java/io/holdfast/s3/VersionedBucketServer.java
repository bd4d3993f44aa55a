package io.holdfast.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.holdfast.s3.S3Site.Lock;
import io.holdfast.s3.VersionedObjects.Refusal;
import io.holdfast.s3.VersionedObjects.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks S3 over HTTP, for one bucket that keeps versions and, if it is made so, has
 * object lock. {@link BucketServer} checks signatures and has neither; this one takes whoever names
 * a key for its owner, and keeps each key to the actions that it was not denied.
 */
public final class VersionedBucketServer implements AutoCloseable {
  public static final String BUCKET = "vault";

  /** May do everything. */
  public static final String OWNER = "OWNER";

  /** What a host has, see docs/sites.md. */
  public static final String HOST = "HOST";

  private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/");
  private static final Pattern TAG =
      Pattern.compile("<(Mode|RetainUntilDate|ETag|PartNumber)>([^<]*)<");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final VersionedObjects objects;
  private final boolean locking;
  private final Map<String, Set<String>> denied = new ConcurrentHashMap<>();
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final AtomicLong number = new AtomicLong();
  private volatile Duration ahead = Duration.ZERO;
  private volatile int page = 1000;
  private volatile String versioning = "<Status>Enabled</Status>";
  private volatile @Nullable String lifecycle;

  private record Upload(
      String key,
      Map<String, String> metadata,
      VersionedObjects.@Nullable Lock lock,
      Instant begun,
      Map<Integer, byte[]> parts) {}

  private VersionedBucketServer(HttpServer server, boolean locking) {
    this.server = server;
    this.locking = locking;
    this.objects = new VersionedObjects(this::now);
    deny(
        HOST,
        "s3:DeleteObjectVersion",
        "s3:BypassGovernanceRetention",
        "s3:PutLifecycleConfiguration");
  }

  /**
   * @param locking whether the bucket was made with object lock
   */
  public static VersionedBucketServer start(boolean locking) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    VersionedBucketServer made = new VersionedBucketServer(http, locking);
    http.setExecutor(made.threads);
    http.createContext("/", made::serve);
    http.start();
    return made;
  }

  /** Its clock. */
  public Instant now() {
    return InstantSource.system().instant().plus(ahead);
  }

  /** Sets its clock forward. */
  public void advance(Duration by) {
    ahead = ahead.plus(by);
  }

  /** So many entries at most in the pages of its listings. */
  public void pages(int size) {
    page = size;
  }

  public void deny(String keyId, String... actions) {
    denied.put(keyId, Set.of(actions));
  }

  /** What it says of its versions: enabled, suspended, or nothing if it never had any. */
  public void sayOfVersions(String status) {
    versioning = status.isEmpty() ? "" : "<Status>" + status + "</Status>";
  }

  public void lifecycle(String xml) {
    lifecycle = xml;
  }

  /** Method and target of each request since the last {@link #forget}. */
  public List<String> seen() {
    return List.copyOf(seen);
  }

  public void forget() {
    seen.clear();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public S3Site site(String prefix, String keyId, Optional<Lock> lock) {
    return new S3Site(
        BUCKET,
        prefix,
        Optional.of(endpoint()),
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.of(() -> BucketServer.key(keyId, "secret")),
        lock);
  }

  /** What a thief with the key does: removes every version he may, and hides or overwrites all. */
  public List<String> ransack(String keyId) {
    List<String> resisted = new ArrayList<>();
    for (Version version : objects.all("")) {
      try {
        require(keyId, "s3:DeleteObjectVersion");
        objects.delete(version.key, version.id, mayBypass(keyId));
      } catch (Refusal e) {
        resisted.add(version.key);
      }
    }
    for (String key : Set.copyOf(resisted)) {
      try {
        require(keyId, "s3:DeleteObject");
        objects.hide(key, null);
        if (key.hashCode() % 2 == 0) {
          require(keyId, "s3:PutObject");
          byte[] ransom = "pay".getBytes(StandardCharsets.UTF_8);
          objects.put(key, ransom, Map.of(), null, null, false);
        }
      } catch (Refusal e) {
        // He tries the next one.
      }
    }
    return resisted;
  }

  private boolean mayBypass(String keyId) {
    return !denied.getOrDefault(keyId, Set.of()).contains("s3:BypassGovernanceRetention");
  }

  /** Until when the newest version is locked. */
  public Optional<Instant> lockedUntil(String key) {
    return objects
        .current(key)
        .flatMap(version -> Optional.ofNullable(version.lock))
        .map(VersionedObjects.Lock::until);
  }

  /** The keys of all objects that are there. */
  public List<String> keys() {
    return objects.all("").stream()
        .filter(version -> objects.isNewest(version) && !version.isMark())
        .map(version -> version.key)
        .toList();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      seen.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      byte[] body = exchange.getRequestBody().readAllBytes();
      try {
        new Call(exchange, body).run();
      } catch (Refusal e) {
        answer(exchange, e.status, error(e.code));
      }
    }
  }

  private static byte[] error(String code) {
    return xml("<Error><Code>" + code + "</Code><Message>refused</Message></Error>");
  }

  private static byte[] xml(String content) {
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + content)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (body.length == 0 || head) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private void require(String keyId, String action) throws Refusal {
    if (denied.getOrDefault(keyId, Set.of()).contains(action)) {
      throw new Refusal(403, "AccessDenied");
    }
  }

  /** One request. */
  private final class Call {
    private final HttpExchange exchange;
    private final byte[] body;
    private final String method;
    private final String key;
    private final Map<String, String> query = new TreeMap<>();
    private final String who;

    Call(HttpExchange exchange, byte[] body) throws Refusal {
      this.exchange = exchange;
      this.body = body;
      this.method = exchange.getRequestMethod();
      String path = exchange.getRequestURI().getPath();
      String[] parts = path.substring(1).split("/", 2);
      if (!parts[0].equals(BUCKET)) {
        throw new Refusal(404, "NoSuchBucket");
      }
      this.key = parts.length == 1 ? "" : parts[1];
      String raw = exchange.getRequestURI().getRawQuery();
      for (String each : raw == null ? new String[0] : raw.split("&")) {
        String[] pair = each.split("=", 2);
        query.put(decoded(pair[0]), pair.length == 1 ? "" : decoded(pair[1]));
      }
      Matcher credential = CREDENTIAL.matcher(String.valueOf(header("Authorization")));
      if (!credential.find()) {
        throw new Refusal(403, "AccessDenied");
      }
      this.who = credential.group(1);
    }

    private static String decoded(String text) {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private @Nullable String header(String name) {
      return exchange.getRequestHeaders().getFirst(name);
    }

    private void set(String name, @Nullable String value) {
      if (value != null) {
        exchange.getResponseHeaders().set(name, value);
      }
    }

    private void may(String action) throws Refusal {
      require(who, action);
    }

    private void say(String content) throws IOException {
      answer(exchange, 200, xml(content));
    }

    void run() throws IOException, Refusal {
      if (key.isEmpty()) {
        bucket();
      } else if (query.containsKey("uploads") || query.containsKey("uploadId")) {
        upload();
      } else if (query.containsKey("retention")) {
        retention();
      } else {
        object();
      }
    }

    private void bucket() throws IOException, Refusal {
      if (query.containsKey("object-lock")) {
        may("s3:GetBucketObjectLockConfiguration");
        if (!locking) {
          throw new Refusal(404, "ObjectLockConfigurationNotFoundError");
        }
        say(
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                + "</ObjectLockConfiguration>");
      } else if (query.containsKey("versioning")) {
        may("s3:GetBucketVersioning");
        say("<VersioningConfiguration>" + versioning + "</VersioningConfiguration>");
      } else if (query.containsKey("lifecycle")) {
        may("s3:GetLifecycleConfiguration");
        if (lifecycle == null) {
          throw new Refusal(404, "NoSuchLifecycleConfiguration");
        }
        say(lifecycle);
      } else if (query.containsKey("versions")) {
        may("s3:ListBucketVersions");
        versions();
      } else if (query.containsKey("uploads")) {
        may("s3:ListBucketMultipartUploads");
        StringBuilder found = new StringBuilder();
        uploads.forEach((id, each) ->
            found
                .append("<Upload><Key>" + each.key() + "</Key><UploadId>" + id + "</UploadId>")
                .append("<Initiated>" + each.begun() + "</Initiated></Upload>"));
        say("<ListMultipartUploadsResult>" + found + "</ListMultipartUploadsResult>");
      } else {
        may("s3:ListBucket");
        list();
      }
    }

    private void list() throws IOException {
      String prefix = query.getOrDefault("prefix", "");
      String delimiter = query.getOrDefault("delimiter", "");
      int most = Math.min(page, Integer.parseInt(query.getOrDefault("max-keys", "1000")));
      TreeMap<String, String> there = new TreeMap<>();
      for (Version each : objects.all(prefix)) {
        if (objects.isNewest(each) && !each.isMark()) {
          int end = delimiter.isEmpty() ? -1 : each.key.indexOf(delimiter, prefix.length());
          if (end < 0) {
            there.put(each.key, "<Contents>" + described(each) + "</Contents>");
          } else {
            String folder = each.key.substring(0, end + 1);
            there.put(
                folder,
                "<CommonPrefixes><Prefix>"
                    + URLEncoder.encode(folder, StandardCharsets.UTF_8)
                    + "</Prefix></CommonPrefixes>");
          }
        }
      }
      List<String> names =
          List.copyOf(there.tailMap(query.getOrDefault("continuation-token", ""), false).keySet());
      StringBuilder found = new StringBuilder();
      names.stream().limit(most).forEach(name -> found.append(there.get(name)));
      boolean more = names.size() > most;
      say(
          "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>"
              + more
              + "</IsTruncated>"
              + (more
                  ? "<NextContinuationToken>" + names.get(most - 1) + "</NextContinuationToken>"
                  : "")
              + found
              + "</ListBucketResult>");
    }

    private static String described(Version version) {
      return "<Key>"
          + URLEncoder.encode(version.key, StandardCharsets.UTF_8)
          + "</Key><LastModified>"
          + version.modified
          + "</LastModified>"
          + (version.content == null
              ? ""
              : "<ETag>" + version.etag + "</ETag><Size>" + version.content.length + "</Size>");
    }

    private void versions() throws IOException {
      List<Version> all = objects.all(query.getOrDefault("prefix", ""));
      String afterKey = query.get("key-marker");
      String afterId = query.get("version-id-marker");
      int from = 0;
      while (from < all.size() && afterKey != null && !follows(all, from, afterKey, afterId)) {
        from++;
      }
      List<Version> shown = all.subList(from, Math.min(all.size(), from + page));
      StringBuilder found = new StringBuilder();
      for (Version each : shown) {
        String tag = each.isMark() ? "DeleteMarker" : "Version";
        found.append(
            "<"
                + tag
                + ">"
                + described(each)
                + "<VersionId>"
                + each.id
                + "</VersionId><IsLatest>"
                + objects.isNewest(each)
                + "</IsLatest></"
                + tag
                + ">");
      }
      boolean more = from + page < all.size();
      say(
          "<ListVersionsResult><IsTruncated>"
              + more
              + "</IsTruncated><EncodingType>url</EncodingType>"
              + (more
                  ? "<NextKeyMarker>"
                      + shown.getLast().key
                      + "</NextKeyMarker><NextVersionIdMarker>"
                      + shown.getLast().id
                      + "</NextVersionIdMarker>"
                  : "")
              + found
              + "</ListVersionsResult>");
    }

    private static boolean follows(
        List<Version> all, int at, String afterKey, @Nullable String afterId) {
      Version each = all.get(at);
      return each.key.compareTo(afterKey) > 0
          || (each.key.equals(afterKey)
              && afterId != null
              && all.subList(0, at).stream().anyMatch(before -> before.id.equals(afterId)));
    }

    private Map<String, String> metadata() {
      Map<String, String> metadata = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-meta-")) {
              metadata.put(lower, values.getFirst());
            }
          });
      return metadata;
    }

    private VersionedObjects.@Nullable Lock wantedLock() throws Refusal {
      String mode = header("x-amz-object-lock-mode");
      String until = header("x-amz-object-lock-retain-until-date");
      if (mode == null || until == null) {
        return null;
      }
      if (!locking) {
        throw new Refusal(400, "InvalidRequest");
      }
      may("s3:PutObjectRetention");
      return new VersionedObjects.Lock(mode, Instant.parse(until));
    }

    private void requireChecksum() throws Refusal {
      String told = header("x-amz-checksum-crc32");
      if (told != null && !told.equals(crc(body))) {
        throw new Refusal(400, "BadDigest");
      }
    }

    private static String crc(byte[] bytes) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      return Base64.getEncoder()
          .encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private void upload() throws IOException, Refusal {
      String id = query.get("uploadId");
      if (id == null) {
        may("s3:PutObject");
        String made = "u" + number.incrementAndGet();
        uploads.put(
            made, new Upload(key, metadata(), wantedLock(), now(), new ConcurrentHashMap<>()));
        say(
            "<InitiateMultipartUploadResult><UploadId>"
                + made
                + "</UploadId></InitiateMultipartUploadResult>");
        return;
      }
      Upload upload = uploads.get(id);
      if (upload == null) {
        throw new Refusal(404, "NoSuchUpload");
      }
      switch (method) {
        case "PUT" -> {
          may("s3:PutObject");
          requireChecksum();
          upload.parts().put(Integer.parseInt(query.getOrDefault("partNumber", "0")), body);
          set("ETag", VersionedObjects.etagOf(body));
          set("x-amz-checksum-crc32", crc(body));
          answer(exchange, 200, new byte[0]);
        }
        case "POST" -> complete(id, upload);
        case "DELETE" -> {
          uploads.remove(id);
          answer(exchange, 204, new byte[0]);
        }
        default -> throw new Refusal(501, "NotImplemented");
      }
    }

    private void complete(String id, Upload upload) throws IOException, Refusal {
      List<byte[]> parts = new ArrayList<>();
      Matcher tags = TAG.matcher(new String(body, StandardCharsets.UTF_8));
      int size = 0;
      while (tags.find()) {
        if (tags.group(1).equals("PartNumber")) {
          byte[] part = Objects.requireNonNull(upload.parts().get(Integer.parseInt(tags.group(2))));
          parts.add(part);
          size += part.length;
        }
      }
      ByteBuffer whole = ByteBuffer.allocate(size);
      parts.forEach(whole::put);
      boolean absent = "*".equals(header("If-None-Match"));
      Version made =
          objects.put(key, whole.array(), upload.metadata(), upload.lock(), null, absent);
      uploads.remove(id);
      say(
          "<CompleteMultipartUploadResult><ETag>"
              + made.etag
              + "</ETag></CompleteMultipartUploadResult>");
    }

    private void retention() throws IOException, Refusal {
      may("s3:PutObjectRetention");
      if (!method.equals("PUT")) {
        throw new Refusal(501, "NotImplemented");
      }
      if (!locking) {
        throw new Refusal(400, "InvalidRequest");
      }
      Map<String, String> tags = new TreeMap<>();
      Matcher found = TAG.matcher(new String(body, StandardCharsets.UTF_8));
      while (found.find()) {
        tags.put(found.group(1), found.group(2));
      }
      Instant until = Instant.parse(tags.getOrDefault("RetainUntilDate", ""));
      String mode = tags.getOrDefault("Mode", "");
      objects.lock(key, query.get("versionId"), new VersionedObjects.Lock(mode, until), bypass());
      answer(exchange, 200, new byte[0]);
    }

    /** Whoever asks for it without the right is refused. */
    private boolean bypass() throws Refusal {
      boolean asked = "true".equals(header("x-amz-bypass-governance-retention"));
      if (asked) {
        may("s3:BypassGovernanceRetention");
      }
      return asked;
    }

    private void object() throws IOException, Refusal {
      switch (method) {
        case "PUT" -> {
          may("s3:PutObject");
          requireChecksum();
          boolean absent = "*".equals(header("If-None-Match"));
          Version made =
              objects.put(key, body, metadata(), wantedLock(), header("If-Match"), absent);
          set("ETag", made.etag);
          set("x-amz-version-id", made.id);
          answer(exchange, 200, new byte[0]);
        }
        case "DELETE" -> {
          String id = query.get("versionId");
          may(id == null ? "s3:DeleteObject" : "s3:DeleteObjectVersion");
          if (id == null) {
            objects.hide(key, header("If-Match"));
          } else {
            objects.delete(key, id, bypass());
          }
          answer(exchange, 204, new byte[0]);
        }
        case "GET", "HEAD" -> read();
        default -> throw new Refusal(501, "NotImplemented");
      }
    }

    private void read() throws IOException, Refusal {
      String id = query.get("versionId");
      may(id == null ? "s3:GetObject" : "s3:GetObjectVersion");
      Version found =
          objects
              .version(key, id)
              .filter(version -> !version.isMark())
              .orElseThrow(() -> new Refusal(404, "NoSuchKey"));
      String ifMatch = header("If-Match");
      if (ifMatch != null && !ifMatch.equals(found.etag)) {
        throw new Refusal(412, "PreconditionFailed");
      }
      byte[] content = found.content;
      found.metadata.forEach(this::set);
      set("ETag", found.etag);
      set("x-amz-version-id", found.id);
      set(
          "Last-Modified",
          DateTimeFormatter.RFC_1123_DATE_TIME.format(found.modified.atOffset(ZoneOffset.UTC)));
      VersionedObjects.Lock lock = found.lock;
      if (lock != null && !denied.getOrDefault(who, Set.of()).contains("s3:GetObjectRetention")) {
        set("x-amz-object-lock-mode", lock.mode());
        set("x-amz-object-lock-retain-until-date", lock.until().toString());
      }
      String range = header("Range");
      if (range == null || content == null) {
        if (method.equals("HEAD")) {
          set("Content-Length", String.valueOf(content == null ? 0 : content.length));
        }
        answer(exchange, 200, content == null ? new byte[0] : content);
        return;
      }
      String[] ends = range.substring("bytes=".length()).split("-", -1);
      if (Long.parseLong(ends[0]) >= content.length) {
        throw new Refusal(416, "InvalidRange");
      }
      int from = Integer.parseInt(ends[0]);
      int end =
          ends[1].isEmpty()
              ? content.length
              : (int) Math.min(content.length, Long.parseLong(ends[1]) + 1);
      set("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + content.length);
      answer(exchange, 206, Arrays.copyOfRange(content, from, end));
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}

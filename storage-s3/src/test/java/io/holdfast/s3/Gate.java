package io.holdfast.s3;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Stands before an S3 server on a port of its own, passes requests on, and does to chosen ones what
 * networks and stores do. A request is wholly here before it is passed on, and so is its answer
 * before it is given back.
 *
 * <p>Writes to one key pass one by one: the server checks conditions before it writes, not with it.
 */
public final class Gate implements Closeable {
  private static final byte[] NONE = {};

  private final ServerSocket listening;
  private final int behind;
  private final List<Order> orders = new CopyOnWriteArrayList<>();
  private final List<Request> seen = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, ReentrantLock> writing = new ConcurrentHashMap<>();
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final AtomicInteger atOnce = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile Duration latency = Duration.ZERO;

  private Gate(ServerSocket listening, int behind) {
    this.listening = listening;
    this.behind = behind;
  }

  static Gate before(int port) throws IOException {
    Gate gate = new Gate(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), port);
    Thread.ofPlatform().daemon().name("gate").start(gate::accept);
    return gate;
  }

  /**
   * @param target path and query as they came
   */
  public record Request(String method, String target, Map<String, String> headers, byte[] body) {
    public boolean is(String wanted) {
      return method.equals(wanted);
    }

    public boolean about(String part) {
      return target.contains(part);
    }
  }

  private record Answer(String head, byte[] body) {}

  /** When a request was here. */
  private record Span(long begun, long ended) {}

  /** What happens to a request. */
  public sealed interface Fate {
    /** The store refuses, and does nothing. */
    record Refused(int status, String code) implements Fate {}

    /** The connection ends before the store has it. */
    record LostRequest() implements Fate {}

    /** The store does it, and the connection ends without an answer. */
    record LostAnswer() implements Fate {}

    /** The answer's body ends after so many bytes. */
    record CutAnswer(int bytes) implements Fate {}

    /** The answer's body ends after so many bytes, and says that this is all. */
    record Shortened(int bytes) implements Fate {}

    /** Nothing comes back, and the connection stays. */
    record Silence() implements Fate {}

    /** So many bytes, then a byte each tenth of a second. */
    record Drip(int bytes) implements Fate {}

    /** Something is done before the store gets the request. */
    record After(Runnable first) implements Fate {}

    /** The store does it twice, as when a proxy repeats it; the second answer counts. */
    record Twice() implements Fate {}

    /** The answer has another head than the store gave it. */
    record Rewritten(String from, String to) implements Fate {}

    /** One bit of the request's body is another one when it reaches the store. */
    record Damaged() implements Fate {}
  }

  private static final class Order {
    final Predicate<Request> which;
    final Fate fate;
    int left;

    Order(Predicate<Request> which, int times, Fate fate) {
      this.which = which;
      this.left = times;
      this.fate = fate;
    }
  }

  /** The next so many requests of that kind meet that fate. */
  public void meet(Predicate<Request> which, int times, Fate fate) {
    orders.add(new Order(which, times, fate));
  }

  /** True when every fate ordered was met as often as ordered. */
  public boolean spent() {
    return orders.stream().allMatch(order -> order.left == 0);
  }

  /** No more fates, no latency, nothing seen. */
  public void forget() {
    orders.clear();
    seen.clear();
    spans.clear();
    mostAtOnce.set(0);
    latency = Duration.ZERO;
  }

  /** The most requests that were here together since the last {@link #forget}. */
  public int mostAtOnce() {
    return mostAtOnce.get();
  }

  /**
   * The most requests since the last {@link #forget} of which each came when the one before had
   * been answered: so often the client waited, with a latency that is long beside what it does.
   */
  public int oneAfterTheOther() {
    int count = 0;
    long free = Long.MIN_VALUE;
    for (Span span : spans.stream().sorted(Comparator.comparingLong(Span::ended)).toList()) {
      if (span.begun() >= free) {
        count++;
        free = span.ended();
      }
    }
    return count;
  }

  /** Added to each request, as distance would. */
  public void latency(Duration each) {
    latency = each;
  }

  /** All requests, without their bodies, since the last {@link #forget}. */
  public List<Request> seen() {
    return List.copyOf(seen);
  }

  public int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new java.io.BufferedInputStream(socket.getInputStream(), 1 << 16);
      OutputStream out = socket.getOutputStream();
      while (true) {
        Optional<Request> request = read(in, out);
        if (request.isEmpty() || !serve(request.get(), out)) {
          return;
        }
      }
    } catch (IOException e) {
      // The client went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  /** False if the connection is to end. */
  private boolean serve(Request request, OutputStream out)
      throws IOException, InterruptedException {
    seen.add(new Request(request.method(), request.target(), request.headers(), NONE));
    int now = atOnce.incrementAndGet();
    mostAtOnce.accumulateAndGet(now, Math::max);
    long begun = System.nanoTime();
    try {
      return served(request, out);
    } finally {
      spans.add(new Span(begun, System.nanoTime()));
      atOnce.decrementAndGet();
    }
  }

  private boolean served(Request request, OutputStream out)
      throws IOException, InterruptedException {
    TimeUnit.NANOSECONDS.sleep(latency.toNanos());
    Optional<Fate> fate = fateOf(request);
    if (fate.isEmpty()) {
      write(out, pass(request));
      return true;
    }
    switch (fate.get()) {
      case Fate.Refused(int status, String code) -> {
        write(out, refusal(request, status, code));
        return true;
      }
      case Fate.LostRequest() -> {
        return false;
      }
      case Fate.LostAnswer() -> {
        pass(request);
        return false;
      }
      case Fate.CutAnswer(int bytes) -> {
        Answer answer = pass(request);
        write(out, new Answer(answer.head(), Arrays.copyOf(answer.body(), bytes)));
        return false;
      }
      case Fate.Shortened(int bytes) -> {
        Answer answer = pass(request);
        String head =
            answer.head().replaceFirst("(?i)content-length: \\d+", "content-length: " + bytes);
        write(out, new Answer(head, Arrays.copyOf(answer.body(), bytes)));
        return true;
      }
      case Fate.Silence() -> {
        pass(request);
        Thread.sleep(Duration.ofHours(1));
        return false;
      }
      case Fate.Drip(int bytes) -> {
        drip(out, pass(request), bytes);
        return true;
      }
      case Fate.After(Runnable first) -> {
        first.run();
        write(out, pass(request));
        return true;
      }
      case Fate.Twice() -> {
        pass(request);
        write(out, pass(request));
        return true;
      }
      case Fate.Rewritten(String from, String to) -> {
        Answer answer = pass(request);
        write(out, new Answer(answer.head().replaceAll(from, to), answer.body()));
        return true;
      }
      case Fate.Damaged() -> {
        byte[] damaged = request.body().clone();
        damaged[damaged.length / 2] ^= 1;
        write(
            out, pass(new Request(request.method(), request.target(), request.headers(), damaged)));
        return true;
      }
    }
  }

  private synchronized Optional<Fate> fateOf(Request request) {
    for (Order order : orders) {
      if (order.left > 0 && order.which.test(request)) {
        order.left--;
        return Optional.of(order.fate);
      }
    }
    return Optional.empty();
  }

  private static void drip(OutputStream out, Answer answer, int bytes)
      throws IOException, InterruptedException {
    write(out, new Answer(answer.head(), Arrays.copyOf(answer.body(), bytes)));
    for (int at = bytes; at < answer.body().length; at++) {
      out.write(answer.body()[at]);
      out.flush();
      Thread.sleep(100);
    }
  }

  private Answer pass(Request request) throws IOException {
    if (request.is("GET") || request.is("HEAD")) {
      return forward(request);
    }
    String key = request.target().replaceFirst("\\?.*", "");
    ReentrantLock lock = writing.computeIfAbsent(key, any -> new ReentrantLock());
    lock.lock();
    try {
      return forward(request);
    } finally {
      lock.unlock();
    }
  }

  private Answer forward(Request request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), behind)) {
      socket.setTcpNoDelay(true);
      StringBuilder head =
          new StringBuilder(request.method() + " " + request.target() + " HTTP/1.1\r\n");
      request
          .headers()
          .forEach((name, value) -> {
            if (!name.equals("connection")) {
              head.append(name).append(": ").append(value).append("\r\n");
            }
          });
      head.append("connection: close\r\n\r\n");
      OutputStream out = socket.getOutputStream();
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(request.body());
      out.flush();
      return answer(request, socket.getInputStream());
    }
  }

  private static Answer answer(Request request, InputStream stream) throws IOException {
    InputStream in = new java.io.BufferedInputStream(stream, 1 << 16);
    String head = head(in).orElseThrow(() -> new IOException("no answer"));
    byte[] body =
        request.is("HEAD") || head.contains(" 204 ") || head.contains(" 304 ")
            ? new byte[0]
            : body(head, in);
    String plain = head.replaceAll("(?i)\r\n(connection|transfer-encoding): [^\r]*", "");
    if (!request.is("HEAD") && !plain.toLowerCase(Locale.ROOT).contains("\r\ncontent-length:")) {
      plain = plain.replaceFirst("\r\n\r\n$", "\r\ncontent-length: " + body.length + "\r\n\r\n");
    }
    return new Answer(plain, body);
  }

  private static byte[] body(String head, InputStream in) throws IOException {
    if (head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(line(in).trim(), 16);
        all.write(in.readNBytes(size));
        line(in);
        if (size == 0) {
          return all.toByteArray();
        }
      }
    }
    return in.readAllBytes();
  }

  private static Answer refusal(Request request, int status, String code) {
    String body =
        request.is("HEAD")
            ? ""
            : "<?xml version=\"1.0\"?><Error><Code>"
                + code
                + "</Code><Message>said by the gate</Message></Error>";
    return new Answer(
        "HTTP/1.1 "
            + status
            + " Refused\r\ncontent-type: application/xml\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n",
        body.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void write(OutputStream out, Answer answer) throws IOException {
    out.write(answer.head().getBytes(StandardCharsets.ISO_8859_1));
    out.write(answer.body());
    out.flush();
  }

  private static Optional<Request> read(InputStream in, OutputStream out) throws IOException {
    Optional<String> head = head(in);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>(List.of(head.get().split("\r\n", -1)));
    String[] first = lines.removeFirst().split(" ", -1);
    Map<String, String> headers = new TreeMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    if (headers.remove("expect") != null) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    if (headers.containsKey("transfer-encoding")) {
      throw new IOException("the gate takes bodies of known length only");
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("the request ended early");
    }
    return Optional.of(new Request(first[0], first[1], headers, body));
  }

  /** Up to and with the empty line; empty at the end of the connection. */
  private static Optional<String> head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (true) {
      String line = line(in);
      head.append(line).append("\r\n");
      if (line.isEmpty()) {
        return head.length() == 2 ? Optional.empty() : Optional.of(head.toString());
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.holdfast.api.http;

import io.holdfast.api.Token;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * In front of everything that knows a path: without a right token all requests get the same answer,
 * and what gets through is plain. Right tokens are never locked out: they are too long to be
 * guessed, and whoever shares an address with others must not be at their mercy.
 */
final class Gate extends Handler.Wrapper {
  static final String TOKEN = "io.holdfast.api.token";

  /** All that our paths are made of; nothing in it means anything to anybody. */
  private static final Pattern PLAIN =
      Pattern.compile("(/[A-Za-z0-9_-](?:[A-Za-z0-9_-]|\\.(?!\\.))*)+");

  private static final int LONGEST_PATH = 300;

  private final Keys keys;
  private final Rate<String> failures;
  private final Rate<String> requests;
  private final Connections connections;
  private final boolean encrypted;

  Gate(
      Keys keys, Limits limits, Connections connections, boolean encrypted, LongSupplier nanoTime) {
    this.keys = keys;
    this.failures = new Rate<>(limits.failures(), limits.failureEvery(), nanoTime);
    this.requests = new Rate<>(limits.burst(), limits.requestEvery(), nanoTime);
    this.connections = connections;
    this.encrypted = encrypted;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    SocketAddress from = request.getConnectionMetaData().getRemoteSocketAddress();
    connections.asked(from);
    Callback answered = Callback.from(callback, () -> connections.answered(from));
    Replies.guard(response, encrypted);
    Optional<Token> token = keys.of(request.getHeaders());
    if (token.isEmpty()) {
      unknown(from, request, response, answered);
      return true;
    }
    int refused = objection(token.get(), request);
    if (refused != 0) {
      Replies.refuse(request, response, answered, refused);
      return true;
    }
    request.setAttribute(TOKEN, token.get());
    return super.handle(request, response, answered);
  }

  private void unknown(SocketAddress from, Request request, Response response, Callback callback) {
    boolean more = failures.take(network(from));
    if (more) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    Replies.refuse(request, response, callback, more ? 401 : 429);
  }

  /** Whoever has one address of version 6 has all that begin like it. */
  private static String network(SocketAddress from) {
    InetAddress address = from instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (address == null) {
      return "";
    }
    byte[] bytes = address.getAddress();
    return Arrays.toString(bytes.length == 16 ? Arrays.copyOf(bytes, 8) : bytes);
  }

  /** 0 for none. */
  private int objection(Token token, Request request) {
    if (!requests.take(token.name())) {
      return 429;
    }
    if (hasContent(request.getHeaders())) {
      return 413;
    }
    String path = request.getHttpURI().getPath();
    boolean plain = path != null && path.length() <= LONGEST_PATH && PLAIN.matcher(path).matches();
    return plain ? 0 : 404;
  }

  /** Nothing that can be asked has any. */
  private static boolean hasContent(HttpFields headers) {
    HttpField length = headers.getField(HttpHeader.CONTENT_LENGTH);
    return headers.contains(HttpHeader.TRANSFER_ENCODING)
        || (length != null && !"0".equals(length.getValue()));
  }
}

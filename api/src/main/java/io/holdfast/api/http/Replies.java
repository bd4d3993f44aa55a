package io.holdfast.api.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What is said in front of the paths. */
final class Replies {
  private Replies() {}

  /** That no browser makes anything of an answer, and nobody keeps it. */
  static void guard(Response response, boolean encrypted) {
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Frame-Options", "DENY");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    if (encrypted) {
      headers.put("Strict-Transport-Security", "max-age=31536000");
    }
  }

  /** The connection ends with it, so that nobody need read what else comes. */
  static void refuse(Request request, Response response, Callback callback, int status) {
    response.setStatus(status);
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, "application/json");
    headers.put(HttpHeader.CONNECTION, "close");
    if (status == 429) {
      headers.put(HttpHeader.RETRY_AFTER, "10");
    }
    byte[] body = Json.bytes(Refusal.of(status));
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    boolean silent = request != null && "HEAD".equals(request.getMethod());
    response.write(true, silent ? null : ByteBuffer.wrap(body), callback);
  }
}

package io.holdfast.notifications.http;

import io.holdfast.notifications.DeliveryException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import javax.net.ssl.SSLException;

/**
 * Sends requests. Follows no redirects: an address is often a secret, and goes to nobody else. What
 * fails is a {@link DeliveryException} that names the service and the host, and no secret.
 */
public final class Sender implements AutoCloseable {
  /** Of an answer: what it says of a failure stands at its beginning. */
  private static final int MOST_OF_ANSWER = 64 << 10;

  private static final Duration TO_CONNECT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final HttpClient client;
  private final InstantSource clock;
  private final Duration patience;

  /**
   * @param authority whom to trust, in place of those that Java trusts
   * @param clock to understand the dates until which receivers want to be left alone
   * @param patience for a whole exchange
   */
  public Sender(Optional<Path> authority, InstantSource clock, Duration patience) {
    HttpClient.Builder builder =
        HttpClient.newBuilder().followRedirects(Redirect.NEVER).connectTimeout(TO_CONNECT);
    authority.map(Trust::in).ifPresent(builder::sslContext);
    this.client = builder.build();
    this.clock = clock;
    this.patience = patience;
  }

  public Answer send(String service, Outgoing request) {
    return send(service, request, (headers, body) -> Optional.empty());
  }

  /**
   * @param service what is told, for people: {@code Slack}
   * @param wait what the receiver says about when to come again, if not by the usual header
   */
  public Answer send(
      String service, Outgoing request, BiFunction<HttpHeaders, String, Optional<Duration>> wait) {
    Blackout blackout = new Blackout(request.secrets());
    Failures failures = new Failures(service, Blackout.host(request.address()), blackout);
    HttpResponse<byte[]> response = exchange(built(request, failures), failures);
    String text = blackout.of(new String(response.body(), StandardCharsets.UTF_8));
    int status = response.statusCode();
    if (status >= 200 && status < 300) {
      return new Answer(status, text);
    }
    Duration pause =
        wait.apply(response.headers(), text)
            .or(() -> RetryAfter.of(response.headers(), clock.instant()))
            .filter(given -> given.compareTo(LONGEST_WAIT) <= 0)
            .orElse(status == 429 ? Duration.ofMinutes(1) : Duration.ZERO);
    throw failures.refused(new Answer(status, text), pause);
  }

  private HttpRequest built(Outgoing request, Failures failures) {
    try {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(address(request.address(), failures))
              .timeout(patience)
              .method(request.method(), BodyPublishers.ofByteArray(request.body()));
      builder.setHeader("User-Agent", "Holdfast");
      request.headers().forEach(builder::setHeader);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw failures.unusable();
    }
  }

  private static URI address(String text, Failures failures) {
    URI address = URI.create(text.strip());
    if ("http".equals(address.getScheme()) && !Loopback.is(address.getHost())) {
      throw failures.inClear();
    }
    return address;
  }

  private HttpResponse<byte[]> exchange(HttpRequest request, Failures failures) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, info -> new FirstBytes(MOST_OF_ANSWER));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // The client's own limit ends with the headers; a body may drip for ever.
      answer.cancel(true);
      throw failures.silent(patience);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw failures.interrupted();
    } catch (ExecutionException e) {
      throw failed(e.getCause() == null ? e : e.getCause(), failures);
    }
  }

  private DeliveryException failed(Throwable cause, Failures failures) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
        return failures.unknownHost();
      }
      if (each instanceof SSLException) {
        return failures.untrusted(String.valueOf(each.getMessage()));
      }
    }
    if (cause instanceof HttpTimeoutException) {
      return failures.silent(patience);
    }
    if (cause instanceof ConnectException) {
      return failures.unreachable();
    }
    if (cause instanceof IOException) {
      return failures.broken(String.valueOf(cause.getMessage()));
    }
    return failures.broken(cause.getClass().getSimpleName());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}

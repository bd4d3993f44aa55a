package io.holdfast.api.http;

import java.time.Duration;

/**
 * How much of anybody there may be. What is not bounded here is bounded by the forms that requests
 * may have.
 *
 * @param headerBytes of a request, all of them
 * @param connections at once
 * @param connectionsOfOne of one address
 * @param quiet how long a connection may take for the whole head of its next request
 * @param answering how long one request may take, to the last byte of its answer
 * @param working how long is worked for an answer
 * @param workers answers that are worked for at once
 * @param failures in a row without a right token that one address may have
 * @param failureEvery when it may have another one
 * @param burst requests in a row of one token
 * @param requestEvery when it may have another one
 */
public record Limits(
    int headerBytes,
    int connections,
    int connectionsOfOne,
    Duration quiet,
    Duration answering,
    Duration working,
    int workers,
    int failures,
    Duration failureEvery,
    int burst,
    Duration requestEvery) {
  public static final Limits USUAL =
      new Limits(
          4 << 10,
          64,
          32,
          Duration.ofSeconds(15),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          4,
          10,
          Duration.ofSeconds(6),
          60,
          Duration.ofMillis(200));
}

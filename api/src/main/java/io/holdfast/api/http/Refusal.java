package io.holdfast.api.http;

import org.jspecify.annotations.Nullable;

/** The JSON of every failure. */
record Refusal(Detail error) {
  /**
   * What failed.
   *
   * @param status of HTTP
   * @param hint the next step; null if there is none to be said
   */
  record Detail(int status, String message, @Nullable String hint) {}

  static Refusal of(int status, String message, @Nullable String hint) {
    return new Refusal(new Detail(status, message, hint));
  }

  /** Says nothing that is not said to everybody. */
  static Refusal of(int status) {
    return of(status, words(status), null);
  }

  private static String words(int status) {
    return switch (status) {
      case 401 -> "expected a token that is known here";
      case 403 -> "this token may read only";
      case 404 -> "there is no such thing";
      case 405 -> "this cannot be done with it";
      case 408 -> "it took too long";
      case 413 -> "expected no content";
      case 429 -> "too many requests";
      case 431 -> "the head of the request is too large";
      case 503 -> "too much is asked at once";
      case 504 -> "it took too long";
      default -> status < 500 ? "this is no request" : "something went wrong here";
    };
  }
}

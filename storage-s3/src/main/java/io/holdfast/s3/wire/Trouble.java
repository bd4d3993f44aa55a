package io.holdfast.s3.wire;

import java.io.IOException;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What a failed attempt tells of the next one. */
public enum Trouble {
  /** The same request will fail the same way. */
  LASTING,
  /** May be better next time, and the attempt may have had its effect. */
  PASSING,
  /** The store asks to be asked less. */
  THROTTLED,
  /** The key is not, or no longer, what the store wants. */
  KEY_REFUSED;

  private static final Set<Integer> PASSING_STATUS = Set.of(408, 429, 500, 502, 503, 504);

  private static final Set<String> THROTTLING =
      Set.of(
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestLimitExceeded",
          "TooManyRequestsException",
          "TooManyRequests",
          "ServiceUnavailable");

  private static final Set<String> PASSING_CODES =
      Set.of(
          "InternalError",
          "InternalFailure",
          "RequestTimeout",
          "RequestTimeoutException",
          "ConditionalRequestConflict",
          "OperationAborted",
          // The body was damaged or cut on its way.
          "BadDigest",
          "XAmzContentSHA256Mismatch",
          "IncompleteBody");

  private static final Set<String> KEY_CODES =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "TokenRefreshRequired",
          "InvalidAccessKeyId",
          "InvalidToken",
          "SignatureDoesNotMatch");

  public static Trouble of(SdkException e) {
    if (e instanceof SdkServiceException service) {
      return ofAnswer(service);
    }
    return e instanceof RetryableException
            || e instanceof ApiCallAttemptTimeoutException
            || isInput(e)
        ? PASSING
        : LASTING;
  }

  private static Trouble ofAnswer(SdkServiceException e) {
    String code = code(e);
    if (THROTTLING.contains(code) || e.statusCode() == 429) {
      return THROTTLED;
    }
    if (KEY_CODES.contains(code)) {
      return KEY_REFUSED;
    }
    return PASSING_CODES.contains(code) || PASSING_STATUS.contains(e.statusCode())
        ? e.statusCode() == 503 ? THROTTLED : PASSING
        : LASTING;
  }

  /** The store's word for it; empty where it gave none, as in every answer to HEAD. */
  public static String code(SdkException e) {
    return e instanceof AwsServiceException service
            && service.awsErrorDetails() != null
            && service.awsErrorDetails().errorCode() != null
        ? service.awsErrorDetails().errorCode()
        : "";
  }

  /** Something of an answer or its connection could not be read, and no more is known. */
  static boolean isInput(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      if (at instanceof IOException || at instanceof XMLStreamException) {
        return true;
      }
    }
    return false;
  }
}

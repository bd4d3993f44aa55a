package io.holdfast.s3.wire;

import io.holdfast.s3.S3Site;
import io.holdfast.storage.StorageException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says in words what a store did to us, and what a person can do about it. */
public final class Failures {
  private static final int LONGEST = 300;

  private final S3Site site;

  public Failures(S3Site site) {
    this.site = site;
  }

  /**
   * @param attempt "create clusters/main/cluster.json"
   */
  public StorageException of(String attempt, RequestFailedException e) {
    String times = e.tries() == 1 ? "" : ", after " + e.tries() + " attempts";
    return new StorageException(
        "could not " + attempt + " on " + site.description() + ": " + reason(e.last()) + times,
        hint(e.last()),
        e.last());
  }

  private static String reason(SdkException e) {
    if (e instanceof AwsServiceException answer) {
      return answer(answer);
    }
    if (Thread.currentThread().isInterrupted()) {
      return "interrupted";
    }
    if (e instanceof ApiCallAttemptTimeoutException) {
      return "no answer in time";
    }
    Throwable deepest = deepest(e);
    return shortened(
        switch (deepest) {
          case UnknownHostException unknown -> "there is no host " + unknown.getMessage();
          case ConnectException refused -> String.valueOf(refused.getMessage());
          case SocketTimeoutException timeout -> "no answer in time";
          default ->
              deepest.getMessage() == null
                  ? deepest.getClass().getSimpleName()
                  : deepest.getMessage();
        });
  }

  private static String answer(AwsServiceException e) {
    String code = Trouble.code(e);
    String message = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorMessage();
    StringBuilder text = new StringBuilder("the store answered ").append(e.statusCode());
    if (!code.isEmpty()) {
      text.append(' ').append(code);
    }
    if (message != null && !message.isEmpty()) {
      text.append(": ").append(shortened(message));
    }
    if (e.requestId() != null && !e.requestId().isEmpty()) {
      text.append(" (request ").append(e.requestId()).append(')');
    }
    return text.toString();
  }

  private @Nullable String hint(SdkException e) {
    if (e instanceof AwsServiceException answer) {
      return hintFor(answer);
    }
    Throwable deepest = deepest(e);
    String message = String.valueOf(e.getMessage());
    if (message.contains("load credentials")) {
      return "There is no access key. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for the"
          + " service or shell that runs Holdfast, give its machine a role, or write 'credentials:'"
          + " below 's3:'.";
    }
    if (deepest instanceof SSLException || message.contains("certificate")) {
      return "Its certificate is not trusted here, or it speaks no TLS. A certificate of your own"
          + " has to be known to Java: HOLDFAST_JAVA_OPTS=-Djavax.net.ssl.trustStore=…";
    }
    return "Is the store running, and 'endpoint' its address? Is the network there?";
  }

  private @Nullable String hintFor(AwsServiceException e) {
    return switch (Trouble.code(e)) {
      case "NoSuchBucket" ->
          "Create the bucket "
              + site.bucket()
              + ", or mend its name, 'endpoint' or 'region' in the configuration.";
      case "PermanentRedirect",
          "TemporaryRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          region(e);
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken" ->
          "The store does not know this access key, or its secret part is another one. Look at"
              + " 'credentials:' below 's3:', or at where AWS tools take them from.";
      case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" ->
          "The access key was given for a time which is over. Log in again, or give Holdfast one"
              + " that renews itself: the role of its machine.";
      case "RequestTimeTooSkewed", "RequestExpired" -> clocks(e);
      case "InvalidObjectState" ->
          "It was moved to an archive class. Bring it back with the tools of the store first, and"
              + " remove the life-cycle rule that did it.";
      case "QuotaExceeded", "XMinioStorageFull", "StorageQuotaExceeded" ->
          "The store is full, or a quota is used up. Enlarge it, or free space.";
      case "NotImplemented" ->
          "The store cannot do what a repository needs: conditional writes and uploads in parts."
              + " docs/sites.md says what is needed.";
      default -> byStatus(e);
    };
  }

  private @Nullable String byStatus(AwsServiceException e) {
    return switch (e.statusCode()) {
      case 301, 307 -> region(e);
      case 400 -> e.getMessage() != null && e.getMessage().contains("KMS") ? kms() : null;
      case 401, 403 ->
          "The access key lacks a right on the bucket"
              + site.encryption()
                  .filter(S3Site.Encryption.Kms.class::isInstance)
                  .map(kms -> " or on the key of the key management")
                  .orElse("")
              + ". docs/sites.md has the policy that it needs.";
      default ->
          Trouble.of(e) == Trouble.LASTING
              ? null
              : "The store is in trouble or overloaded. Try again later.";
    };
  }

  private static String kms() {
    return "Look at 'kms-key': it has to be enabled, in the bucket's region, and this access key"
        + " needs kms:GenerateDataKey and kms:Decrypt on it.";
  }

  private static String region(AwsServiceException e) {
    return header(e, "x-amz-bucket-region")
        .map(region -> "The bucket lies in another region. Write 'region: " + region + "'.")
        .orElse("The bucket lies in another region, or at another address: look at 'region'.");
  }

  private static String clocks(AwsServiceException e) {
    return "The clock of this machine and the store's are too far apart"
        + header(e, "Date").map(date -> " (the store says it is " + date + ")").orElse("")
        + ". Set this machine's clock, best by NTP: leases depend on it, too.";
  }

  private static Optional<String> header(AwsServiceException e, String name) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().sdkHttpResponse() == null
        ? Optional.empty()
        : e.awsErrorDetails().sdkHttpResponse().firstMatchingHeader(name);
  }

  private static Throwable deepest(Throwable e) {
    Throwable at = e;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}

package io.holdfast.settings.options;

import io.holdfast.settings.S3Settings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code repository.s3}. */
final class S3Options {
  static final String MEANING =
      "A bucket of S3, or of a store that speaks its language and honours conditional writes, as the"
          + " place of the repository. docs/sites.md has the rights it needs and what it costs.";

  private static final Option<String> BUCKET =
      Option.required(
          "bucket",
          Types.text(
              "the name of a bucket", Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,62}"), b -> b),
          "example-backups",
          "Name of the bucket. It has to exist.");

  private static final Option<String> PREFIX =
      Option.optional(
          "prefix",
          Types.text(
              "a path such as databases/holdfast, without '/' at its ends",
              Pattern.compile(
                  "(?!\\.\\.?(/|$))[A-Za-z0-9._-]{1,100}(/(?!\\.\\.?(/|$))[A-Za-z0-9._-]{1,100}){0,7}"),
              p -> p),
          "none: the repository fills the bucket",
          "holdfast",
          "What the keys of all objects start with, so that a bucket can hold other things too.");

  private static final Option<URI> ENDPOINT =
      Option.optional(
          "endpoint",
          Types.text(
              "an address such as https://minio.example.com:9000",
              Pattern.compile("https?://[A-Za-z0-9.\\[\\]:-]+/?"),
              S3Options::address),
          "Amazon's, for the region",
          "https://minio.example.com:9000",
          "Address of another store than Amazon's. With http:// everybody on the way sees names and"
              + " sizes of what is stored.");

  private static final Option<String> REGION =
      Option.optional(
          "region",
          Types.text("the name of a region", Pattern.compile("[A-Za-z0-9-]{1,50}"), r -> r),
          "with `endpoint`: us-east-1; else from AWS_REGION, the AWS configuration or the machine's"
              + " metadata",
          "eu-central-1",
          "Region of the bucket.");

  private static final Option<Boolean> PATH_STYLE =
      Option.optional(
          "path-style",
          Types.flag(),
          "true with `endpoint`, else false",
          "true",
          "Whether the bucket's name goes into the path of each request instead of its host name.");

  private static final Option<String> STORAGE_CLASS =
      Option.optional(
          "storage-class",
          Types.text(
              "a storage class that can be read at once, such as STANDARD_IA",
              Pattern.compile("(?!GLACIER$|DEEP_ARCHIVE$)[A-Z0-9_]{1,40}"),
              s -> s),
          "the bucket's",
          "STANDARD_IA",
          "Storage class of packs and WAL. What is small or changes often stays in the bucket's own"
              + " class: leases in a class that charges for a minimum of days cost more than all"
              + " backups.");

  private static final Option<S3Settings.Sse> SSE =
      Option.optional(
          "sse",
          Types.text(
              "AES256 or aws:kms",
              Pattern.compile("AES256|aws:kms"),
              word -> word.equals("AES256") ? S3Settings.Sse.AES256 : S3Settings.Sse.KMS),
          "as the bucket does by itself",
          "aws:kms",
          "How the store encrypts what it keeps, with keys of its own. Says nothing of the encryption"
              + " that Holdfast does before anything leaves this machine.");

  private static final Option<String> KMS_KEY =
      Option.optional(
          "kms-key",
          Types.text("the id or ARN of a key"),
          "the account's own key for S3",
          "arn:aws:kms:eu-central-1:123456789012:key/example",
          "Key of the store's key management; only with sse: aws:kms.");

  private static final Option<S3Settings.Credentials> CREDENTIALS =
      Option.optional(
          "credentials",
          S3CredentialOptions.SECTION,
          "from where AWS tools look: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, profiles, web"
              + " identity, the machine's role",
          "",
          S3CredentialOptions.MEANING);

  private static final Option<S3Settings.Lock> LOCK =
      Option.optional(
          "lock", S3LockOptions.SECTION, "nothing is locked", "", S3LockOptions.MEANING);

  static final Section<S3Settings> SECTION =
      Section.checked(
          MEANING,
          List.of(
              BUCKET,
              PREFIX,
              ENDPOINT,
              REGION,
              PATH_STYLE,
              STORAGE_CLASS,
              SSE,
              KMS_KEY,
              CREDENTIALS,
              LOCK),
          S3Options::check,
          S3Options::make);

  private S3Options() {}

  private static URI address(String text) {
    try {
      URI address = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("expected an address, found none", e);
    }
    throw new IllegalArgumentException("expected an address with a host name");
  }

  private static void check(Values values) {
    if (values.isGiven(KMS_KEY) && !values.find(SSE).equals(Optional.of(S3Settings.Sse.KMS))) {
      values.fault(KMS_KEY, "expected no key without 'sse: aws:kms'");
    }
  }

  private static S3Settings make(Values values) {
    Optional<URI> endpoint = values.find(ENDPOINT);
    return new S3Settings(
        values.get(BUCKET),
        values.find(PREFIX).orElse(""),
        endpoint,
        values.find(REGION),
        values.find(PATH_STYLE).orElse(endpoint.isPresent()),
        values.find(STORAGE_CLASS),
        values.find(SSE),
        values.find(KMS_KEY),
        values.find(CREDENTIALS),
        values.find(LOCK));
  }
}

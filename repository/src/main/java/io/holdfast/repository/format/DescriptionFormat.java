package io.holdfast.repository.format;

import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code holdfast.json}, format 1: what a repository says about itself, for people and programs.
 * Written once, when the repository is created, and never again.
 *
 * <pre>
 * format         1: the version of everything in the repository
 * minimumReader  1: the oldest format version a program must know to read it
 * repository     UUID
 * created        UTC
 * encryption     "aes-256-gcm" or "none"
 * writtenBy      program and version, for people
 * checksum       first 16 bytes of SHA-256 over the {@link CanonicalFields} of the above, in hex
 * </pre>
 */
public final class DescriptionFormat {
  public static final ObjectKey KEY = ObjectKey.of("holdfast.json");
  public static final int VERSION = 1;
  public static final String AES = "aes-256-gcm";
  public static final String NONE = "none";

  private DescriptionFormat() {}

  /** The content. */
  public record Description(
      int format,
      int minimumReader,
      UUID repository,
      Instant created,
      String encryption,
      String writtenBy) {
    public boolean encrypted() {
      return encryption.equals(AES);
    }

    /** Whether this program may write here: a newer one may have rules that we do not know. */
    public boolean writable() {
      return format <= VERSION;
    }

    private String checksum() {
      return new CanonicalFields()
          .add(format)
          .add(minimumReader)
          .add(repository)
          .add(created)
          .add(encryption)
          .add(writtenBy)
          .checksum();
    }
  }

  public static byte[] encode(Description description) {
    ObjectNode json = JsonText.newObject();
    json.put("format", description.format);
    json.put("minimumReader", description.minimumReader);
    json.put("repository", description.repository.toString());
    json.put("created", description.created.toString());
    json.put("encryption", description.encryption);
    json.put("writtenBy", description.writtenBy);
    json.put("checksum", description.checksum());
    return JsonText.readable(json);
  }

  /**
   * @throws HoldfastException (refused) if this program is too old to read the repository
   */
  public static Description decode(byte[] text) {
    try {
      JsonText json = JsonText.parse(text);
      int minimumReader = json.integer("minimumReader");
      if (minimumReader > VERSION) {
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "could not open the repository: expected format "
                + VERSION
                + ", found one that needs format "
                + minimumReader
                + " (written by "
                + json.optionalString("writtenBy").orElse("an unknown program")
                + ")",
            "A newer Holdfast wrote it. Use that version, or a later one.");
      }
      return checked(json, minimumReader);
    } catch (MalformedException e) {
      throw e.in(KEY);
    }
  }

  private static Description checked(JsonText json, int minimumReader) {
    Description description =
        new Description(
            json.integer("format"),
            minimumReader,
            json.uuid("repository"),
            json.instant("created"),
            json.string("encryption"),
            json.string("writtenBy"));
    String checksum = description.checksum();
    // A newer format may vouch for more than we know of.
    if (description.writable() && !json.string("checksum").equals(checksum)) {
      throw new MalformedException("checksum " + checksum, json.string("checksum"));
    }
    if (!description.encryption.equals(AES) && !description.encryption.equals(NONE)) {
      throw new MalformedException(
          "encryption \"" + AES + "\" or \"" + NONE + "\"", description.encryption);
    }
    return description;
  }
}

package io.holdfast.repository.format;

import io.holdfast.storage.ObjectKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code keys/<slot id>.json}, format 1: the master key, wrapped so that one passphrase or one
 * private key opens it. Created once, never changed, deleted to take the key away.
 *
 * <pre>
 * format       1
 * repository   UUID of the repository
 * encryption   as in holdfast.json
 * id           16 hex digits, random; also the object's name
 * kind         "passphrase" or "x25519"
 * label        for people
 * created      UTC
 * passphrase only:
 *   kdf          "argon2id" (version 0x13)
 *   memoryKiB, iterations, parallelism
 *   salt         16 bytes
 * x25519 only:
 *   recipient    public key it is wrapped to, 32 bytes
 *   ephemeral    public key made for this slot, 32 bytes
 * nonce        12 bytes
 * wrapped      AES-256-GCM of the 32 bytes of the master key, 48 bytes; associated data: "holdfast
 *              key slot v1" and all of the above but the nonce, as {@link CanonicalFields}
 * check        16 bytes derived from the wrapping key: tells a wrong key from a damaged slot
 * checksum     as in holdfast.json, over all of the above
 * </pre>
 *
 * Bytes are written in hex.
 */
public final class KeySlotFormat {
  public static final String FOLDER = "keys";
  public static final String PASSPHRASE = "passphrase";
  public static final String X25519 = "x25519";

  private static final int VERSION = 1;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
  private static final HexFormat HEX = HexFormat.of();

  private KeySlotFormat() {}

  /** What the slot is about; the seal of the wrapped key vouches for it. */
  public record Identity(
      UUID repository, String encryption, String id, String kind, String label, Instant created) {
    public ObjectKey key() {
      return KeySlotFormat.key(id);
    }
  }

  /** How the wrapping key comes about. */
  public sealed interface Wrapping {
    /** From a passphrase, by Argon2id. */
    record Argon2id(int memoryKiB, int iterations, int parallelism, byte[] salt)
        implements Wrapping {}

    /** From a private key, by X25519 and HKDF. */
    record Recipient(byte[] recipient, byte[] ephemeral) implements Wrapping {}
  }

  /** The whole slot. */
  public record Slot(
      Identity identity, Wrapping wrapping, byte[] nonce, byte[] wrapped, byte[] check) {
    private String checksum() {
      return fields(identity, wrapping)
          .add(HEX.formatHex(nonce))
          .add(HEX.formatHex(wrapped))
          .add(HEX.formatHex(check))
          .checksum();
    }
  }

  public static ObjectKey key(String id) {
    return ObjectKey.of(FOLDER + "/" + id + ".json");
  }

  /** What the seal of the wrapped key vouches for. */
  public static byte[] associatedData(Identity identity, Wrapping wrapping) {
    return fields(identity, wrapping).bytes();
  }

  private static CanonicalFields fields(Identity identity, Wrapping wrapping) {
    CanonicalFields fields =
        new CanonicalFields()
            .add("holdfast key slot v1")
            .add(identity.repository)
            .add(identity.encryption)
            .add(identity.id)
            .add(identity.kind)
            .add(identity.label)
            .add(identity.created);
    return switch (wrapping) {
      case Wrapping.Argon2id kdf ->
          fields
              .add("argon2id")
              .add(kdf.memoryKiB)
              .add(kdf.iterations)
              .add(kdf.parallelism)
              .add(HEX.formatHex(kdf.salt));
      case Wrapping.Recipient to ->
          fields.add(HEX.formatHex(to.recipient)).add(HEX.formatHex(to.ephemeral));
    };
  }

  public static byte[] encode(Slot slot) {
    ObjectNode json = JsonText.newObject();
    json.put("format", VERSION);
    json.put("repository", slot.identity.repository.toString());
    json.put("encryption", slot.identity.encryption);
    json.put("id", slot.identity.id);
    json.put("kind", slot.identity.kind);
    json.put("label", slot.identity.label);
    json.put("created", slot.identity.created.toString());
    switch (slot.wrapping) {
      case Wrapping.Argon2id kdf -> {
        json.put("kdf", "argon2id");
        json.put("memoryKiB", kdf.memoryKiB);
        json.put("iterations", kdf.iterations);
        json.put("parallelism", kdf.parallelism);
        json.put("salt", HEX.formatHex(kdf.salt));
      }
      case Wrapping.Recipient to -> {
        json.put("recipient", HEX.formatHex(to.recipient));
        json.put("ephemeral", HEX.formatHex(to.ephemeral));
      }
    }
    json.put("nonce", HEX.formatHex(slot.nonce));
    json.put("wrapped", HEX.formatHex(slot.wrapped));
    json.put("check", HEX.formatHex(slot.check));
    json.put("checksum", slot.checksum());
    return JsonText.readable(json);
  }

  /**
   * Empty for a slot of a kind that only a newer program knows.
   *
   * @throws io.holdfast.repository.RepositoryDamagedException if a value is not what was written
   */
  public static Optional<Slot> decode(byte[] text, ObjectKey key) {
    try {
      JsonText json = JsonText.parse(text);
      boolean known =
          json.integer("format") == VERSION
              && Set.of(PASSPHRASE, X25519).contains(json.string("kind"));
      return known ? Optional.of(decode(json, key)) : Optional.empty();
    } catch (MalformedException e) {
      throw e.in(key);
    }
  }

  private static Slot decode(JsonText json, ObjectKey key) {
    Identity identity =
        new Identity(
            json.uuid("repository"),
            json.string("encryption"),
            json.string("id"),
            json.string("kind"),
            json.string("label"),
            json.instant("created"));
    Slot slot =
        new Slot(
            identity,
            wrapping(json, identity.kind),
            bytes(json, "nonce", 12),
            bytes(json, "wrapped", 48),
            bytes(json, "check", 16));
    if (!slot.checksum().equals(json.string("checksum"))) {
      throw new MalformedException("checksum " + slot.checksum(), json.string("checksum"));
    }
    if (!ID.matcher(identity.id).matches() || !identity.key().equals(key)) {
      throw new MalformedException("the slot of that name", "slot '" + identity.id + "'");
    }
    return slot;
  }

  private static Wrapping wrapping(JsonText json, String kind) {
    return switch (kind) {
      case PASSPHRASE -> {
        if (!json.string("kdf").equals("argon2id")) {
          throw new MalformedException("kdf \"argon2id\"", json.string("kdf"));
        }
        yield new Wrapping.Argon2id(
            json.integer("memoryKiB"),
            json.integer("iterations"),
            json.integer("parallelism"),
            bytes(json, "salt", 16));
      }
      case X25519 ->
          new Wrapping.Recipient(bytes(json, "recipient", 32), bytes(json, "ephemeral", 32));
      default -> throw new MalformedException("a key slot of a known kind", kind);
    };
  }

  private static byte[] bytes(JsonText json, String field, int length) {
    String text = json.string(field);
    try {
      byte[] bytes = HEX.parseHex(text);
      if (bytes.length == length && HEX.formatHex(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new MalformedException(length + " bytes in hex in \"" + field + "\"", "'" + text + "'");
  }
}

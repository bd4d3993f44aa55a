package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.SealedObjects;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever holds the repository's key can write anything into it; a signature he cannot make. */
final class SignatureTest {
  private static final KeyPairText KEYS = KeyPairText.generate();
  private static final Instant ENDED = Instant.parse("2026-11-26T12:30:00.123456Z");
  private static final BackupId BACKUP = new BackupId("20261126T120000Z-test");

  @TempDir private Path home;

  private final ProofSigner.Generated pair = ProofSigner.generate();
  private final ProofSigner signer = ProofSigner.of(pair.privateKey(), "test");
  private Repository repository;
  private ClusterArchive archive;

  @BeforeEach
  void create() {
    repository = repository("one");
    archive = repository.cluster("main");
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private Repository repository(String name) {
    return Repository.create(
        Storages.local(home.resolve(name)),
        new KeySource.Keys(List.of(), List.of(KEYS.privateKey())),
        "test",
        InstantSource.system());
  }

  private static Proof proof(ClusterArchive of) {
    return new Proof(
        of.repositoryId().toString(),
        of.name(),
        BACKUP,
        "logical",
        Rung.STORED,
        "",
        "",
        false,
        "weekly",
        "here",
        "test",
        ENDED.minusSeconds(60),
        ENDED,
        "",
        List.of(),
        List.of(),
        List.of(),
        0,
        Optional.empty(),
        List.of());
  }

  private static StoredProof only(ClusterArchive archive) {
    Proofs proofs = new Proofs(archive);
    List<Proofs.Entry> all = proofs.list();
    assertThat(all).hasSize(1);
    return proofs.stored(all.getFirst()).orElseThrow();
  }

  /** What somebody with the repository's key can do: other bytes, or the same ones elsewhere. */
  private static StoredProof forged(
      StoredProof from, ClusterArchive source, ClusterArchive to, String name, byte... content) {
    SealedObjects objects = source.objects("proofs");
    Map<String, String> attributes = objects.find(from.entry().name()).orElseThrow().attributes();
    ByteArrayOutputStream original = new ByteArrayOutputStream();
    assertThat(objects.get(from.entry().name(), original)).isPresent();
    byte[] bytes = content.length == 0 ? original.toByteArray() : content;
    to.objects("proofs").put(name, bytes, 0, bytes.length, attributes);
    Proofs proofs = new Proofs(to);
    return proofs.list().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .flatMap(proofs::stored)
        .orElseThrow();
  }

  @Test
  void whatWasSignedIsValidAndWhatWasNotIsNot() {
    new Proofs(archive).add(proof(archive), Optional.of(signer));

    StoredProof stored = only(archive);
    assertThat(stored.proof()).isEqualTo(proof(archive));
    assertThat(stored.authenticity(pair.publicKey()))
        .isEqualTo(new Authenticity.Valid(pair.publicKey().fingerprint()));
    assertThat(stored.authenticity(ProofSigner.generate().publicKey()))
        .isEqualTo(new Authenticity.ByAnother(pair.publicKey().fingerprint()));
  }

  @Test
  void anUnsignedProofIsReadAndNeverValid() {
    new Proofs(archive).add(proof(archive));

    assertThat(only(archive).authenticity(pair.publicKey())).isEqualTo(new Authenticity.Unsigned());
  }

  @Test
  void aProofOfAnOldProgramNamesNoRepositoryAndIsRead() {
    String old =
        new String(ProofFormat.encode(proof(archive)), StandardCharsets.UTF_8)
            .replaceFirst("\"repository\":\"[^\"]*\",", "")
            .replaceFirst("\"plan\":\"[^\"]*\",", "");
    assertThat(old).doesNotContain("weekly");

    Proof read = ProofFormat.decode("old", old.getBytes(StandardCharsets.UTF_8));
    assertThat(read.repository()).isEmpty();
    assertThat(read.plan()).isEmpty();
  }

  @Test
  void oneByteOfItChangedIsSeen() {
    new Proofs(archive).add(proof(archive), Optional.of(signer));
    byte[] better =
        new String(ProofFormat.encode(proof(archive)), StandardCharsets.UTF_8)
            .replace("\"host\":\"here\"", "\"host\":\"Here\"")
            .getBytes(StandardCharsets.UTF_8);

    StoredProof forged =
        forged(
            only(archive),
            archive,
            archive,
            "20261126T123000123Z-20261126T120000Z-test-forged",
            better);

    assertThat(forged.proof().host()).isEqualTo("Here");
    assertThat(forged.authenticity(pair.publicKey())).isInstanceOf(Authenticity.NotValid.class);
  }

  @Test
  void aCopyUnderALaterTimeAnotherBackupAnotherClusterOrInAnotherRepositoryIsNotValid() {
    new Proofs(archive).add(proof(archive), Optional.of(signer));
    StoredProof stored = only(archive);
    String name = "20261126T123000123Z-20261126T120000Z-test-forged";

    StoredProof later =
        forged(stored, archive, archive, "20261127T123000123Z-20261126T120000Z-test-forged");
    assertNotValid(later, "that ended at");
    assertThatThrownBy(later::proof).isInstanceOf(RepositoryDamagedException.class);
    assertNotValid(
        forged(stored, archive, archive, "20261126T123000123Z-20261125T120000Z-test-forged"),
        "of backup 20261125T120000Z-test");
    assertNotValid(forged(stored, archive, repository.cluster("other"), name), "of cluster other");
    try (Repository other = repository("two")) {
      assertNotValid(forged(stored, archive, other.cluster("main"), name), "of repository");
    }
  }

  private void assertNotValid(StoredProof forged, String why) {
    assertThat(forged.authenticity(pair.publicKey()))
        .isInstanceOfSatisfying(
            Authenticity.NotValid.class, found -> assertThat(found.why()).contains(why));
  }

  @Test
  void keysAreWhatOpenSslReadsAndWrites() throws Exception {
    Path file = home.resolve("key");
    byte[] text = pair.privateKey().bytes();
    Files.write(file, text);
    Process openssl =
        new ProcessBuilder("openssl", "pkey", "-in", file.toString(), "-pubout")
            .redirectErrorStream(true)
            .start();
    String printed = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(openssl.waitFor()).as(printed).isZero();
    assertThat(printed.strip()).isEqualTo(pair.publicKey().pem());
    assertThat(SignatureKey.parse(printed, "openssl").fingerprint())
        .isEqualTo(signer.publicKey().fingerprint());
  }

  @Test
  void whatIsNoKeyIsNeverShown() {
    byte[] wrong =
        "-----BEGIN PRIVATE KEY-----\nhunter2!\n-----END PRIVATE KEY-----"
            .getBytes(StandardCharsets.US_ASCII);
    try (Secret secret = Secret.copyOf(wrong)) {
      assertThatThrownBy(() -> ProofSigner.of(secret, "/etc/key"))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("/etc/key")
          .hasMessageNotContaining("hunter2")
          .hasNoCause();
    }
    assertThatThrownBy(() -> SignatureKey.parse("nothing", "/etc/pub"))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("expected the public Ed25519 key");
  }
}

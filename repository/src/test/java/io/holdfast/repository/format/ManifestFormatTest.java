package io.holdfast.repository.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.repository.format.ContainerFormat.Purpose;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ManifestFormatTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/backups/x.manifest");
  private static final BackupId ID = new BackupId("20261122T081700Z-k3f9");

  private static Manifest manifest(int packs, int sections) {
    List<Manifest.PackUse> uses = new ArrayList<>();
    for (int i = 1; i <= packs; i++) {
      uses.add(new Manifest.PackUse(new PackRef(ID, i, new UUID(1, i)), 1L << 34, 1L << 33));
    }
    List<Manifest.Section> cut = new ArrayList<>();
    for (int i = 0; i < sections; i++) {
      PackRef pack = uses.get(i % packs).pack();
      ChunkRef chunk = new ChunkRef(pack, 3, 1L << 33, 500, 9000, -5);
      cut.add(new Manifest.Section(chunk, "a\u00e9" + i, "z", 42));
    }
    return new Manifest(
        ID,
        "main",
        "physical",
        Optional.of(new BackupId("20251122T081700Z-aaaa")),
        Instant.parse("2026-11-22T08:17:00.123456789Z"),
        Instant.parse("2026-11-22T08:18:00Z"),
        "holdfast test",
        new Manifest.Totals(1, 2, 3, 4, 5, 600 + 77, 7),
        uses,
        cut,
        JsonText.newObject().put("wal", "0/3000028"));
  }

  /** The texts of its frames, the head first. */
  private static List<String> texts(Manifest manifest) {
    ManifestFormat.Encoded encoded = ManifestFormat.encode(manifest, 600);
    List<String> texts = new ArrayList<>();
    texts.add(new String(encoded.head(), StandardCharsets.UTF_8));
    encoded.tables().forEach(table -> texts.add(new String(table, StandardCharsets.UTF_8)));
    return texts;
  }

  private static List<String> texts() {
    return texts(manifest(1, 1));
  }

  private static Manifest decode(List<String> texts) {
    ManifestDecoder decoder = new ManifestDecoder(KEY);
    for (int i = 0; i < texts.size(); i++) {
      int purpose = i == 0 ? Purpose.HEAD.code() : Purpose.TEXT.code();
      decoder.frame(i, purpose, texts.get(i).getBytes(StandardCharsets.UTF_8));
    }
    return decoder.manifest(77);
  }

  private static List<String> with(int text, String old, String replacement) {
    List<String> texts = texts();
    assertThat(texts.get(text)).contains(old);
    texts.set(text, texts.get(text).replace(old, replacement));
    return texts;
  }

  @Test
  void aManifestComesBackAsItWas() {
    assertThat(decode(texts())).isEqualTo(manifest(1, 1));
    assertThat(decode(texts(manifest(0, 0)))).isEqualTo(manifest(0, 0));
  }

  @Test
  void largeTablesComeInPiecesAndTheHeadStaysSmall() {
    Manifest large = manifest(20_000, 10_000);
    ManifestFormat.Encoded encoded = ManifestFormat.encode(large, 600);
    assertThat(encoded.head().length).isLessThan(1000);
    assertThat(encoded.tables()).hasSizeGreaterThan(3);
    assertThat(encoded.tables()).allMatch(table -> table.length <= ManifestFormat.MAX_TABLE);
    assertThat(decode(texts(large))).isEqualTo(large);
  }

  @Test
  void unknownFieldsFramesAndLaterMinorVersionsAreIgnored() {
    assertThat(decode(with(0, "\"format\":\"1.0\"", "\"format\":\"1.7\",\"mood\":{\"a\":[1]}")))
        .isEqualTo(manifest(1, 1));
    assertThat(decode(with(1, "{\"packs\":", "{\"mood\":[7],\"packs\":")))
        .isEqualTo(manifest(1, 1));
    ManifestDecoder decoder = new ManifestDecoder(KEY);
    List<String> texts = texts();
    decoder.frame(0, Purpose.HEAD.code(), texts.get(0).getBytes(StandardCharsets.UTF_8));
    decoder.frame(1, 77, new byte[] {1, 2, 3});
    decoder.frame(2, Purpose.TEXT.code(), texts.get(1).getBytes(StandardCharsets.UTF_8));
    decoder.frame(3, Purpose.TEXT.code(), texts.get(2).getBytes(StandardCharsets.UTF_8));
    assertThat(decoder.manifest(77)).isEqualTo(manifest(1, 1));
  }

  @Test
  void whatThisProgramDoesNotKnowIsRefused() {
    for (List<String> newer :
        List.of(
            with(0, "\"format\":\"1.0\"", "\"format\":\"2.0\""),
            with(0, "\"requires\":[]", "\"requires\":[\"deduplicated-sections\"]"))) {
      assertThatThrownBy(() -> decode(newer))
          .isInstanceOf(HoldfastException.class)
          .extracting(e -> ((HoldfastException) e).status())
          .isEqualTo(ExitStatus.REFUSED);
    }
  }

  @Test
  void whatIsMissingOrImpossibleIsDamage() {
    List<String> withoutPacks = texts();
    withoutPacks.remove(1);
    List<String> twice = texts();
    twice.add(twice.get(2));
    for (List<String> broken :
        List.of(
            List.of(""),
            List.of("[]"),
            withoutPacks,
            twice,
            texts().subList(0, 2),
            with(0, "\"kind\":\"physical\"", "\"kind\":7"),
            with(2, "\"pack\":0", "\"pack\":1"),
            with(1, "\"size\":17179869184", "\"size\":-1"),
            with(2, "\"raw\":9000", "\"raw\":2000000000"),
            with(0, "\"requires\":[],", ""))) {
      assertThatThrownBy(() -> decode(broken))
          .as(broken.toString())
          .isInstanceOf(RepositoryDamagedException.class)
          .hasMessageContaining(KEY.text());
    }
  }

  @Test
  void aHeadComesFirstAndOnlyThere() {
    assertThatThrownBy(
            () -> new ManifestDecoder(KEY).frame(0, Purpose.TEXT.code(), new byte[] {'{', '}'}))
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining("the head");
    ManifestDecoder decoder = new ManifestDecoder(KEY);
    List<String> texts = texts();
    decoder.frame(0, Purpose.HEAD.code(), texts.get(0).getBytes(StandardCharsets.UTF_8));
    decoder.frame(1, Purpose.TEXT.code(), texts.get(1).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> decoder.frame(2, Purpose.HEAD.code(), new byte[] {'{', '}'}))
        .isInstanceOf(RepositoryDamagedException.class);
  }

  @Test
  void aHeadWithoutEndDoesNotFillTheMemory() {
    ManifestDecoder decoder = new ManifestDecoder(KEY);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                decoder.frame(i, Purpose.HEAD.code(), new byte[1 << 20]);
              }
            })
        .isInstanceOf(RepositoryDamagedException.class)
        .hasMessageContaining("16 MiB");
  }
}

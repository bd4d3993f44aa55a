package io.holdfast.repository.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.ChunkRef;
import io.holdfast.repository.Manifest;
import io.holdfast.repository.PackRef;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ManifestFormatTest {
  private static final ObjectKey KEY = ObjectKey.of("clusters/main/backups/x.manifest");
  private static final BackupId ID = new BackupId("20261122T081700Z-k3f9");

  private static Manifest manifest() {
    PackRef pack = new PackRef(ID, 7, new UUID(1, 2));
    ChunkRef chunk = new ChunkRef(pack, 3, 1L << 33, 500, 9000, -5);
    return new Manifest(
        ID,
        "main",
        "physical",
        Optional.of(new BackupId("20251122T081700Z-aaaa")),
        Instant.parse("2026-11-22T08:17:00.123456789Z"),
        Instant.parse("2026-11-22T08:18:00Z"),
        "holdfast test",
        new Manifest.Totals(1, 2, 3, 4, 5, 600 + 77, 7),
        List.of(new Manifest.PackUse(pack, 1L << 34, 1L << 33)),
        List.of(new Manifest.Section(chunk, "a\u00e9", "z", 42)),
        JsonText.newObject().put("wal", "0/3000028"));
  }

  private static String text() {
    return new String(ManifestFormat.encode(manifest(), 600), StandardCharsets.UTF_8);
  }

  private static Manifest decode(String text) {
    return ManifestFormat.decode(text.getBytes(StandardCharsets.UTF_8), 77, KEY);
  }

  @Test
  void aManifestComesBackAsItWas() {
    assertThat(decode(text())).isEqualTo(manifest());
  }

  @Test
  void unknownFieldsAndLaterMinorVersionsAreIgnored() {
    String later = text().replace("\"format\":\"1.0\"", "\"format\":\"1.7\",\"mood\":{\"a\":[1]}");
    assertThat(decode(later)).isEqualTo(manifest());
  }

  @Test
  void whatThisProgramDoesNotKnowIsRefused() {
    for (String newer :
        List.of(
            text().replace("\"format\":\"1.0\"", "\"format\":\"2.0\""),
            text().replace("\"requires\":[]", "\"requires\":[\"deduplicated-sections\"]"))) {
      assertThatThrownBy(() -> decode(newer))
          .isInstanceOf(HoldfastException.class)
          .extracting(e -> ((HoldfastException) e).status())
          .isEqualTo(ExitStatus.REFUSED);
    }
  }

  @Test
  void whatIsMissingOrImpossibleIsDamage() {
    for (String broken :
        List.of(
            "",
            "[]",
            text().replace("\"kind\":\"physical\"", "\"kind\":7"),
            text().replace("\"pack\":0", "\"pack\":1"),
            text().replace("\"size\":17179869184", "\"size\":-1"),
            text().replace("\"raw\":9000", "\"raw\":2000000000"),
            text().replace("\"requires\":[],", ""))) {
      assertThatThrownBy(() -> decode(broken))
          .isInstanceOf(RepositoryDamagedException.class)
          .hasMessageContaining(KEY.text());
    }
  }
}

package io.holdfast.operations.notes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.backup.BackupRig;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.SealedObjects;
import io.holdfast.storage.ObjectKey;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NotesTest {
  private static final BackupId ONE = new BackupId("20260301T010000Z-aaaa");
  private static final BackupId TWO = new BackupId("20260302T010000Z-bbbb");
  private static final Instant NOW = Instant.parse("2026-03-09T08:07:06.543Z");

  private final BackupRig rig = new BackupRig();
  private final Notes notes = new Notes(rig.cluster);
  private final SealedObjects objects = rig.cluster.objects("notes");

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void theLastWordOnAMatterCounts() {
    Instant end = NOW.plus(Duration.ofDays(1));
    notes.say(ONE, new Note.Pinned("first", Optional.empty()), NOW);
    notes.say(ONE, new Note.Deleted("by rule", end), NOW);
    notes.say(TWO, new Note.Deleted("by rule", end), NOW);
    notes.say(ONE, new Note.Pinned("second", Optional.of(end)), NOW);
    notes.say(TWO, new Note.Undeleted(), NOW);

    assertThat(all())
        .isEqualTo(
            Map.of(
                ONE,
                new Standing(
                    Optional.of(new Pin("second", NOW, Optional.of(end))),
                    Optional.of(new Removal("by rule", NOW, end))),
                TWO,
                Standing.PLAIN));
    assertThat(notes.of(ONE)).isEqualTo(all().get(ONE));
    assertThat(notes.of(ONE).pinned(NOW)).isPresent();
    assertThat(notes.of(ONE).pinned(end)).isEmpty();
  }

  @Test
  void aClockThatIsBehindHasTheLastWordAllTheSame() {
    notes.say(ONE, new Note.Pinned("now", Optional.empty()), NOW);
    notes.say(ONE, new Note.Unpinned(), NOW.minus(Duration.ofDays(900)));

    assertThat(notes.of(ONE).pin()).isEmpty();
    assertThat(names().getLast()).matches(ONE + "/20260309T080706544Z-[a-z0-9]{8}");
  }

  @Test
  void isWrittenAsTheFormatSays() {
    notes.say(ONE, new Note.Pinned("a \"reason\"", Optional.of(NOW.plusSeconds(1))), NOW);
    notes.say(TWO, new Note.Deleted("beyond last 2", NOW.plusSeconds(2)), NOW);

    assertThat(names().getFirst()).matches(ONE + "/20260309T080706543Z-[a-z0-9]{8}");
    assertThat(content(names().getFirst()))
        .isEqualTo(
            "{\"says\":\"pin\",\"reason\":\"a \\\"reason\\\"\","
                + "\"until\":\"2026-03-09T08:07:07.543Z\",\"at\":\"2026-03-09T08:07:06.543Z\"}");
    assertThat(content(names().getLast()))
        .isEqualTo(
            "{\"says\":\"delete\",\"reason\":\"beyond last 2\","
                + "\"purgeAfter\":\"2026-03-09T08:07:08.543Z\",\"at\":\"2026-03-09T08:07:06.543Z\"}");
  }

  @Test
  void whatALaterVersionSaysIsIgnored() {
    notes.say(ONE, new Note.Pinned("kept", Optional.empty()), NOW);
    put(ONE + "/20270101T000000000Z-zzzz", "{\"says\":\"praise\",\"why\":1}");
    put(
        ONE + "/20270101T000000001Z-zzzz",
        "{\"says\":\"pin\",\"reason\":\"more\",\"at\":\"" + NOW + "\",\"x\":{}}");
    put("readme", "not a note");
    put(ONE + "/20271301T000000001Z-zzzz", "no month 13");

    assertThat(all().keySet()).containsExactly(ONE);
    assertThat(notes.of(ONE).pin().orElseThrow().reason()).isEqualTo("more");
    assertThat(notes.of(ONE).removed()).isFalse();
  }

  @Test
  void aNoteThatCannotBeReadIsToldOfAndHidesNoOther() {
    notes.say(ONE, new Note.Deleted("by rule", NOW), NOW);
    notes.say(TWO, new Note.Pinned("kept", Optional.empty()), NOW);
    put(ONE + "/20270101T000000000Z-zzzz", "{\"says\":\"delete\"}");
    ObjectKey key = ObjectKey.of("clusters/main/notes/" + names().getFirst());
    byte[] bytes = rig.storage.read(key).content();
    bytes[bytes.length / 2] ^= 1;
    rig.storage.delete(key);
    rig.storage.create(key, bytes);

    List<HoldfastException> told = new ArrayList<>();
    Map<BackupId, Standing> all = notes.all(told::add);

    assertThat(told).hasSize(2);
    assertThat(all.get(ONE)).isEqualTo(Standing.PLAIN);
    assertThat(all.get(TWO)).isEqualTo(notes.of(TWO));
    assertThatThrownBy(() -> notes.of(ONE))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> assertThat(e.status()).isEqualTo(ExitStatus.REPOSITORY_FAILED));
    notes.dropDamaged(ONE);
    assertThat(names()).hasSize(2);
  }

  @Test
  void notesOfBackupsThatAreGoneAreForgotten() {
    notes.say(ONE, new Note.Unpinned(), NOW);
    notes.say(TWO, new Note.Unpinned(), NOW);
    notes.forgetAllBut(Set.of(TWO));

    assertThat(names()).hasSize(1).first().asString().startsWith(TWO.text());
  }

  private Map<BackupId, Standing> all() {
    return notes.all(e -> {
      throw e;
    });
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    objects.list("", entry -> names.add(entry.name()));
    return names;
  }

  private String content(String name) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    assertThat(objects.get(name, content)).isPresent();
    return content.toString(UTF_8);
  }

  private void put(String name, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    objects.put(name, bytes, 0, bytes.length, Map.of());
  }
}

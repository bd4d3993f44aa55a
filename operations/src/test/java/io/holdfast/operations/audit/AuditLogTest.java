package io.holdfast.operations.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.DifferentContentException;
import io.holdfast.repository.KeyPairText;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AuditLogTest {
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:01.234Z");

  private final Storage storage = Storages.memory("memory");
  private final Repository repository =
      Repository.create(
          storage,
          new KeySource.Keys(List.of(), List.of(KeyPairText.generate().privateKey())),
          "first",
          () -> NOW);
  private final AuditLog log = new AuditLog(repository);

  @AfterEach
  void close() {
    repository.close();
  }

  private static Act intent(String id, Instant began) {
    return new Act(
        id,
        began,
        Optional.empty(),
        "root (for eve)",
        "db1",
        "prune",
        "holdfast prune --yes",
        Optional.of("main"),
        List.of(),
        -1,
        "holdfast 1",
        "r1");
  }

  private List<Act> read(Instant since) {
    return log.since(since).stream().map(entry -> log.read(entry).orElseThrow()).toList();
  }

  @Test
  void whatWasDoneIsToldAsItWasWritten() {
    Act begun = intent("a1", NOW);
    log.add(begun);
    assertThat(read(NOW)).containsExactly(begun);
    Act ended = begun.ended(NOW.plusSeconds(3), 7, List.of("20261101T000000Z-aaaa"));
    log.add(ended);
    assertThat(read(NOW)).as("its end is the last word").containsExactly(ended);
  }

  @Test
  void actsAreListedFromAMomentOnAcrossMonths() {
    Act before = intent("a1", NOW.minusSeconds(5));
    Act after = intent("a2", NOW);
    log.add(before);
    log.add(after);
    assertThat(read(NOW.minus(Duration.ofDays(1)))).containsExactly(before, after);
    assertThat(read(NOW)).containsExactly(after);
    assertThat(read(NOW.plusSeconds(1))).isEmpty();
  }

  @Test
  void nothingIsOverwritten() {
    log.add(intent("a1", NOW));
    assertThatThrownBy(() -> log.add(changed())).isInstanceOf(DifferentContentException.class);
    assertThat(read(NOW)).extracting(Act::command).containsExactly("prune");
  }

  private static Act changed() {
    Act act = intent("a1", NOW);
    return new Act(
        act.id(),
        act.began(),
        act.ended(),
        "nobody",
        act.host(),
        "status",
        act.line(),
        act.cluster(),
        act.backups(),
        act.status(),
        act.program(),
        act.run());
  }

  @Test
  void aRecordUnderAnotherNameIsNotBelieved() {
    byte[] content = ActFormat.encode(intent("a1", NOW));
    repository
        .objects("audit")
        .put("202611/20261101T000001234Z-a2-end", content, 0, content.length, Map.of());
    assertThatThrownBy(() -> read(NOW)).isInstanceOf(RepositoryDamagedException.class);
  }

  @Test
  void recordsLieOnAllSitesAndAreProtectedWhereThatIsConfigured() {
    ObjectKey key = ObjectKey.of("audit/202611/20261101T000001234Z-a1-end");
    assertThat(Repository.placement().of(key))
        .isEqualTo(io.holdfast.storage.Placement.Place.EVERYWHERE);
    assertThat(Repository.placement().isProtected(key)).isTrue();
    assertThat(Repository.placement().isTakenBackEverywhere(key)).isFalse();
  }
}

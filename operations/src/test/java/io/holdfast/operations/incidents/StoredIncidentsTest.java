package io.holdfast.operations.incidents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Notifier;
import io.holdfast.notifications.Problem;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.Rhythm;
import io.holdfast.notifications.Route;
import io.holdfast.notifications.Severity;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.repository.Repository;
import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.Secret;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StoredIncidentsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Storage storage = Storages.memory("test");
  private Repository repository;
  private StoredIncidents store;

  @BeforeEach
  void create() {
    Secret passphrase = Secret.copyOf("correct horse battery".getBytes(UTF_8));
    repository =
        Repository.create(
            storage,
            new KeySource.Keys(List.of(passphrase), List.of()),
            "first",
            InstantSource.system());
    store = store(PATIENCE);
  }

  private StoredIncidents store(Duration patience) {
    return new StoredIncidents(repository::cluster, Optional.of("main"), patience);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  @Test
  void whatConcernsAClusterAndWhatConcernsNoneAreKeptApart() {
    store.change("main", before -> text("of main"));
    store.change("", before -> text("of all"));
    store.change("other", before -> before);

    assertThat(store.read("main")).contains(text("of main"));
    assertThat(store.read("")).contains(text("of all"));
    assertThat(store.read("other")).isEmpty();
  }

  @Test
  void nothingOfItLiesThereInClear() {
    store.change("main", before -> text("the orders table is gone"));

    List<String> seen = new ArrayList<>();
    storage.list(
        "clusters",
        found -> {
          seen.add(found.key().text());
          assertThat(new String(storage.read(found.key()).content(), UTF_8))
              .doesNotContain("orders");
        });
    assertThat(seen).contains("clusters/main/documents/incidents");
  }

  @Test
  void manyAtOnceLoseNothing() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int node = 0; node < 4; node++) {
        StoredIncidents own = store(PATIENCE);
        Callable<Void> five =
            () -> {
              for (int turn = 0; turn < 5; turn++) {
                own.change("main", before -> text(new String(before, UTF_8) + "x"));
              }
              return null;
            };
        all.add(threads.submit(five));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    }

    assertThat(store.read("main")).contains(text("x".repeat(20)));
  }

  @Test
  void whoCannotGetTheLeaseSaysSoAndHasChangedNothing() {
    try (Lease held =
        repository.cluster("main").acquire("incidents", LeaseOptions.of("somebody else"))) {
      StoredIncidents impatient = store(Duration.ofMillis(200));
      assertThatThrownBy(() -> impatient.change("main", before -> text("x")))
          .isInstanceOf(LeaseHeldException.class);
      held.ensureHeld();
    }

    assertThat(store.read("main")).isEmpty();
  }

  @Test
  void aDamagedDocumentIsBegunAnew() {
    store.change("main", before -> text("whole"));
    ObjectKey key = ObjectKey.of("clusters/main/documents/incidents");
    storage.delete(key);
    storage.create(key, text("not a container"));
    store.change(
        "main",
        before -> {
          assertThat(before).isEmpty();
          return text("anew");
        });

    assertThat(store.read("main")).contains(text("anew"));
  }

  /** Keeps what it is given. */
  private record Kept(List<Message> messages) implements Channel {
    @Override
    public String name() {
      return "kept";
    }

    @Override
    public String kind() {
      return "memory";
    }

    @Override
    public Receipt send(Message message) {
      messages.add(message);
      return Receipt.of("ok");
    }
  }

  private Notifier node(Kept channel) {
    Notifier node =
        new Notifier(
            "db1",
            "repo",
            List.of(Route.everything(channel)),
            Rhythm.USUAL,
            store,
            InstantSource.system());
    node.start();
    return node;
  }

  @Test
  void aSecondNodeAndARestartTellNothingAgain() {
    Kept kept = new Kept(new CopyOnWriteArrayList<>());
    Problem late = Problem.of("main", "backup.late", Severity.ERROR, "no backup");
    Problem full = Problem.of("", "disk.full", Severity.CRITICAL, "no space");
    Notifier one = node(kept);
    one.raise(late);
    one.close();
    Notifier two = node(kept);
    Notifier three = node(kept);
    for (Notifier node : List.of(two, three)) {
      node.raise(late);
      node.raise(full);
    }
    two.close();
    three.close();

    assertThat(kept.messages())
        .extracting(message -> message.problem().key())
        .containsExactlyInAnyOrder("backup.late", "disk.full");
  }

  @Test
  void withoutAnyClusterItIsSaidThatNothingIsKept() {
    StoredIncidents homeless = new StoredIncidents(repository::cluster, Optional.empty(), PATIENCE);

    assertThatThrownBy(() -> homeless.change("", before -> before))
        .hasMessageContaining("there is no cluster to keep it with");
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }
}

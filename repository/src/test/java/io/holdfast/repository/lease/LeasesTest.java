package io.holdfast.repository.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.repository.Lease;
import io.holdfast.repository.LeaseHeldException;
import io.holdfast.repository.LeaseHolder;
import io.holdfast.repository.LeaseOptions;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeasesTest {
  private static final LeaseOptions MINUTE =
      new LeaseOptions("backup of main", Duration.ofMinutes(1));

  private final Storage storage = Storages.memory("leases");
  private Instant now = Instant.parse("2026-11-22T08:17:00Z");
  @TempDir private Path directory;

  @BeforeEach
  void layOutHosts() throws IOException {
    host("a", "machine-a", "boot-1", "pid:[1]");
    host("b", "machine-b", "boot-2", "pid:[1]");
  }

  /** What a process sees of its host. */
  private void host(String name, String machine, String boot, String pidSpace) throws IOException {
    Path proc = directory.resolve(name);
    Files.createDirectories(proc.resolve("sys/kernel/random"));
    Files.createDirectories(proc.resolve("self/ns"));
    Files.writeString(proc.resolve("sys/kernel/random/boot_id"), boot + "\n");
    Files.deleteIfExists(proc.resolve("self/ns/pid"));
    Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of(pidSpace));
    Files.writeString(proc.resolve("machine-id"), machine + "\n");
    process(name, 1, 5, "S");
    process(name, 100, 777, "S");
    process(name, 200, 888, "S");
  }

  private void process(String host, long pid, long started, String state) throws IOException {
    Path stat = directory.resolve(host).resolve(Long.toString(pid)).resolve("stat");
    Files.createDirectories(stat.getParent());
    Files.writeString(
        stat, pid + " (ja) va) " + state + " 1" + " 0".repeat(17) + " " + started + " 1 2 3\n");
  }

  private void end(String host, long pid) throws IOException {
    Files.delete(directory.resolve(host).resolve(Long.toString(pid)).resolve("stat"));
  }

  private Leases leases(String host, long pid) {
    Path proc = directory.resolve(host);
    return new Leases(
        storage,
        "clusters/main/leases",
        () -> now,
        new Processes(proc, proc.resolve("machine-id"), "host-" + host, pid));
  }

  @Test
  void aHeldLeaseNamesItsHolder() {
    try (Lease lease = leases("a", 100).acquire("backup", MINUTE)) {
      lease.ensureHeld();
      assertThatThrownBy(() -> leases("b", 100).acquire("backup", MINUTE))
          .isInstanceOf(LeaseHeldException.class)
          .hasMessageContaining("process 100 on host-a (backup of main)");
      assertThat(leases("b", 100).holder("backup"))
          .contains(new LeaseHolder("host-a", 100, "backup of main", now, now.plusSeconds(60)));
    }
    assertThat(leases("b", 100).holder("backup")).isEmpty();
    leases("b", 100).acquire("backup", MINUTE).close();
  }

  @Test
  void allLiveHoldersAreTold() {
    try (Lease one = leases("a", 100).acquire("run-nightly.shop", MINUTE);
        Lease other = leases("b", 7).acquire("keys", MINUTE)) {
      one.ensureHeld();
      other.ensureHeld();
      assertThat(leases("c", 1).holders()).containsOnlyKeys("run-nightly.shop", "keys");
      assertThat(leases("c", 1).holders().get("keys"))
          .isEqualTo(new LeaseHolder("host-b", 7, "backup of main", now, now.plusSeconds(60)));
      now = now.plusSeconds(60);
      assertThat(leases("c", 1).holders()).as("silent past their time").isEmpty();
    }
  }

  @Test
  void aSilentHolderLosesItAtItsExpiryAndTheSleeperMustNotGoOn() {
    Lease sleeper = leases("a", 100).acquire("backup", MINUTE);
    now = now.plusSeconds(59);
    assertThatThrownBy(() -> leases("b", 100).acquire("backup", MINUTE))
        .isInstanceOf(LeaseHeldException.class);
    now = now.plusSeconds(1);
    assertThatThrownBy(sleeper::ensureHeld).hasMessageContaining("expired");
    Lease successor = leases("b", 100).acquire("backup", MINUTE);
    assertThatThrownBy(sleeper::ensureHeld).isInstanceOf(LeaseHeldException.class);
    assertThat(((HeldLease) sleeper).renew()).isFalse();
    sleeper.close();
    successor.ensureHeld();
    successor.close();
    assertThatThrownBy(successor::ensureHeld)
        .isInstanceOf(HoldfastException.class)
        .extracting(e -> ((HoldfastException) e).status())
        .isEqualTo(ExitStatus.LEASE_HELD);
  }

  @Test
  void renewingMovesTheExpiryOn() {
    try (Lease lease = leases("a", 100).acquire("backup", MINUTE)) {
      now = now.plusSeconds(50);
      assertThat(((HeldLease) lease).renew()).isTrue();
      now = now.plusSeconds(50);
      lease.ensureHeld();
      assertThat(leases("b", 1).holder("backup")).isPresent();
    }
  }

  @Test
  void aHolderWhoseProcessEndedOnThisHostLosesItAtOnce() throws IOException {
    Lease dead = leases("a", 100).acquire("backup", MINUTE);
    end("a", 100);
    assertThat(leases("b", 200).holder("backup")).isPresent();
    assertThat(leases("a", 200).holder("backup")).isEmpty();
    Lease lease = leases("a", 200).acquire("backup", MINUTE);
    lease.ensureHeld();
    assertThatThrownBy(dead::ensureHeld).isInstanceOf(LeaseHeldException.class);
    lease.close();
  }

  @Test
  void aLaterProcessWithTheSameNumberIsAnotherOne() throws IOException {
    Lease dead = leases("a", 100).acquire("backup", MINUTE);
    process("a", 100, 999, "S");
    leases("a", 100).acquire("backup", MINUTE).close();
    assertThatThrownBy(dead::ensureHeld).isInstanceOf(HoldfastException.class);
  }

  @Test
  void aZombieHoldsNothing() throws IOException {
    leases("a", 100).acquire("backup", MINUTE);
    process("a", 100, 777, "Z");
    leases("a", 200).acquire("backup", MINUTE).close();
  }

  @Test
  void aRebootEndsAllHolders() throws IOException {
    leases("a", 100).acquire("backup", MINUTE);
    host("a", "machine-a", "boot-9", "pid:[1]");
    leases("a", 100).acquire("backup", MINUTE).close();
  }

  @Test
  void anotherContainerOnTheSameKernelIsNotJudgedByProcessNumbers() throws IOException {
    leases("a", 100).acquire("backup", MINUTE);
    host("c", "machine-a", "boot-1", "pid:[2]");
    end("c", 100);
    assertThatThrownBy(() -> leases("c", 200).acquire("backup", MINUTE))
        .isInstanceOf(LeaseHeldException.class);
  }

  @Test
  void aHostThatHidesProcessesJudgesNobody() throws IOException {
    leases("a", 100).acquire("backup", MINUTE);
    end("a", 100);
    end("a", 1);
    assertThatThrownBy(() -> leases("a", 200).acquire("backup", MINUTE))
        .isInstanceOf(LeaseHeldException.class);
  }

  @Test
  void machinesWithoutIdAreNotTakenForTheSame() throws IOException {
    host("a", "", "boot-1", "pid:[1]");
    leases("a", 100).acquire("backup", MINUTE);
    host("d", "", "boot-7", "pid:[1]");
    assertThatThrownBy(() -> leases("d", 200).acquire("backup", MINUTE))
        .isInstanceOf(LeaseHeldException.class);
  }

  @Test
  void ofManyWhoRaceOneWins() throws Exception {
    for (int round = 0; round < 20; round++) {
      assertThat(race(8)).hasSize(1);
      now = now.plusSeconds(61);
    }
  }

  private List<Lease> race(int racers) throws Exception {
    List<Lease> won = new ArrayList<>();
    CyclicBarrier start = new CyclicBarrier(racers);
    try (ExecutorService threads = Executors.newFixedThreadPool(racers)) {
      Callable<Lease> attempt =
          () -> {
            Leases mine = leases("b", 100);
            start.await();
            return mine.acquire("backup", MINUTE);
          };
      List<Future<Lease>> attempts = new ArrayList<>();
      for (int i = 0; i < racers; i++) {
        attempts.add(threads.submit(attempt));
      }
      for (Future<Lease> each : attempts) {
        try {
          won.add(each.get());
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(HoldfastException.class);
        }
      }
    }
    return won;
  }

  @Test
  void thisProcessIsAliveInTheEyesOfThisHost() {
    Processes here = Processes.ofThisHost();
    assertThat(here.isGone(here.self())).isFalse();
  }
}

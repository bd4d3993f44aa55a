package io.holdfast.operations.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class PartRoomTest {
  @Test
  void smallPartsTakeSmallRooms() {
    try (PartRoom room = PartRoom.of(8192)) {
      assertThat(room.bytes()).hasSize(PartRoom.SMALL);
    }
  }

  @Test
  void ofLargeRoomsThereAreFewForAll() throws ExecutionException, InterruptedException {
    Set<Integer> seen = new HashSet<>();
    try (ExecutorService waiting = Executors.newSingleThreadExecutor()) {
      List<PartRoom> taken = new ArrayList<>();
      for (int i = 0; i < PartRoom.LARGE_AT_ONCE; i++) {
        PartRoom room = PartRoom.of(PartShipper.MAX_PART);
        assertThat(room.bytes()).hasSize(PartShipper.MAX_PART);
        seen.add(System.identityHashCode(room.bytes()));
        taken.add(room);
      }
      CompletableFuture<PartRoom> next =
          CompletableFuture.supplyAsync(() -> PartRoom.of(PartRoom.SMALL + 1), waiting);
      try (PartRoom small = PartRoom.of(PartRoom.SMALL)) {
        assertThat(small.bytes()).as("does not wait").hasSize(PartRoom.SMALL);
      }
      assertThat(next).isNotDone();

      taken.forEach(PartRoom::close);

      try (PartRoom room = next.get()) {
        assertThat(seen).as("used again").contains(System.identityHashCode(room.bytes()));
      }
    }
  }
}

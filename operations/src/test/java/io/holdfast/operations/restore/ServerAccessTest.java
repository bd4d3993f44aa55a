package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServerAccessTest {
  @Test
  void tellsWhatAnotherUserMayNotRead() throws IOException {
    Path open = Files.createTempFile("open", "");
    Path closed = Files.createTempFile("closed", "");
    try {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
      assertThat(ServerAccess.unreadable("nobody", List.of(open))).isEmpty();
      assertThat(ServerAccess.unreadable("nobody", List.of(open, closed)))
          .isEqualTo(Ownership.runsAsRoot() ? Optional.of(closed) : Optional.empty());
      assertThat(ServerAccess.unreadable("root", List.of(closed))).isEmpty();
    } finally {
      Files.delete(open);
      Files.delete(closed);
    }
  }
}

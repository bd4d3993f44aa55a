package io.holdfast.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerArchivingTest {
  @Test
  void bothProgramsPush() {
    assertThat(new ServerArchiving("on", "/opt/holdfast/bin/holdfast-wal push main %p").pushes())
        .isTrue();
    assertThat(
            new ServerArchiving("always", "holdfast --config /etc/h.yaml wal push main %p")
                .pushes())
        .isTrue();
  }

  @Test
  void aCommandThatIsOffOrAnotherOneDoesNot() {
    assertThat(new ServerArchiving("off", "holdfast-wal push main %p").pushes()).isFalse();
    assertThat(new ServerArchiving("on", "cp %p /archive/%f").pushes()).isFalse();
    assertThat(new ServerArchiving("on", "").pushes()).isFalse();
  }
}

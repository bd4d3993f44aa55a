package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArchivingTest {
  @Test
  void bothProgramsPush() {
    assertThat(new Archiving("on", "/opt/holdfast/bin/holdfast-wal push main %p", "").pushes())
        .isTrue();
    assertThat(
            new Archiving("always", "holdfast --config /etc/h.yaml wal push main %p", "").pushes())
        .isTrue();
  }

  @Test
  void aCommandThatIsOffOrAnotherOneDoesNot() {
    assertThat(new Archiving("off", "holdfast-wal push main %p", "").pushes()).isFalse();
    assertThat(new Archiving("on", "cp %p /archive/%f", "").pushes()).isFalse();
    assertThat(new Archiving("on", "", "").pushes()).isFalse();
  }
}

package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.repository.KeySlot;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRulesTest {
  private static KeySlot slot(String id, String kind) {
    return new KeySlot(id, kind, "", BackupRulesTest.NOW, "");
  }

  private static List<DoctorCode> codes(KeySlot... slots) {
    return KeyRules.of(List.of(slots)).stream().flatMap(each -> each.code().stream()).toList();
  }

  @Test
  void twoKeysAreWellAndOneAloneIsNot() {
    assertThat(codes(slot("a", "passphrase"), slot("b", "x25519"))).isEmpty();
    assertThat(codes(slot("a", "passphrase"))).containsExactly(DoctorCode.KEY_ALONE);
    assertThat(codes(slot("a", "passphrase"), slot("b", KeySlot.DAMAGED)))
        .containsExactly(DoctorCode.KEY_DAMAGED);
    assertThat(KeyRules.none().code()).contains(DoctorCode.UNENCRYPTED);
  }
}

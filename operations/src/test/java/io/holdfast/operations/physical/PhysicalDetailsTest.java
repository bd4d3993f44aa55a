package io.holdfast.operations.physical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.operations.physical.PhysicalDetails.Audit;
import io.holdfast.operations.physical.PhysicalDetails.Changes;
import io.holdfast.operations.physical.PhysicalDetails.ConfigFile;
import io.holdfast.operations.physical.PhysicalDetails.DamagedPage;
import io.holdfast.operations.physical.PhysicalDetails.Effort;
import io.holdfast.operations.physical.PhysicalDetails.Findings;
import io.holdfast.operations.physical.PhysicalDetails.Server;
import io.holdfast.operations.physical.PhysicalDetails.StoredDatabase;
import io.holdfast.operations.physical.PhysicalDetails.Window;
import io.holdfast.postgres.ControlFile;
import io.holdfast.postgres.Lsn;
import io.holdfast.postgres.ServerSession.Setting;
import io.holdfast.postgres.ServerSession.Tablespace;
import io.holdfast.vocabulary.HoldfastException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

public class PhysicalDetailsTest {
  public static PhysicalDetails sample() {
    byte[] control = new byte[ControlFile.SIZE];
    control[0] = 7;
    control[300] = -1;
    byte[] label =
        "START WAL LOCATION: 0/9000028\n\u00e4".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Map<String, Duration> durations = new LinkedHashMap<>();
    durations.put("start", Duration.ofMillis(12));
    durations.put("copy", Duration.ofMillis(3456));
    return new PhysicalDetails(
        new Server(
            -3L, 180006, "18.6 (x)", 1800, 202506291, 16 << 20, 8192, 131072, 1, "/pg data", 5432),
        new Window(
            Lsn.parse("16/B374D848"),
            1,
            Lsn.parse("FFFFFFFF/FFFFFFF8"),
            2,
            Lsn.parse("16/B374D880"),
            Instant.parse("2026-11-22T08:17:00.123456Z"),
            Instant.parse("2026-11-22T08:18:00Z"),
            true,
            "receiver"),
        label,
        Optional.of("16400 /ts \\\n1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        control,
        List.of(new Tablespace(-5, "fast", "/ts \n1"), new Tablespace(16401, "in place", "")),
        List.of(new StoredDatabase(5, "Pünktchen \"x\"", "UTF8", "C.UTF-8", "2.36", 7_654_321)),
        Map.of("plpgsql", "1.0"),
        List.of(new Setting("max_connections", "100", "", "default", false)),
        List.of(
            new ConfigFile(
                "hba_file", "/etc/postgresql/pg_hba.conf", "holdfast.config/pg_hba.conf")),
        new Findings(10, 2, 1, List.of(new DamagedPage("base/5/1.2", 262145)), List.of("base/5/9")),
        List.of("a note"),
        new Effort(2, durations),
        new Changes("tracked", "WAL tells", new Audit(100, 3, 2)));
  }

  @Test
  void whatIsWrittenIsReadBackTheSame() {
    PhysicalDetails sample = sample();

    String text = sample.toJson().toString();
    PhysicalDetails read = DetailsJson.read("x", JsonMapper.shared().readTree(text));

    assertThat(read).usingRecursiveComparison().isEqualTo(sample);
    assertThat(read.effort().durations().keySet()).containsExactly("start", "copy");
    assertThat(text).contains("\"18446744073709551613\"").contains("\"16/B374D848\"");
  }

  @Test
  void noTablespaceMapStaysNoTablespaceMap() {
    ObjectNode json = (ObjectNode) sample().toJson();
    json.remove("tablespaceMap");

    assertThat(DetailsJson.read("x", json).tablespaceMap()).isEmpty();
  }

  @Test
  void unknownFieldsAreIgnoredAndMissingOnesNamed() {
    ObjectNode json = (ObjectNode) sample().toJson();
    json.put("fromTheFuture", 1);
    assertThat(DetailsJson.read("x", json).changes().foundBy()).isEqualTo("tracked");

    ((ObjectNode) json.get("window")).remove("stop");
    assertThatThrownBy(() -> DetailsJson.read("20261122T081700Z-abcd", json))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("20261122T081700Z-abcd")
        .hasMessageContaining("'stop'");
  }
}

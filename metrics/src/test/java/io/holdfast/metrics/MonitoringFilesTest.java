package io.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Alarms and dashboard ask for metrics and labels that there are; promtool tries the rest. */
final class MonitoringFilesTest {
  private static final Map<String, Metric> METRICS =
      Arrays.stream(Metric.values())
          .collect(Collectors.toUnmodifiableMap(Metric::metricName, Function.identity()));
  private static final Pattern METRIC = Pattern.compile("holdfast_[a-z_]+");
  private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on) \\(([a-z_, ]+)\\)");
  private static final Pattern MATCHED = Pattern.compile("([a-z_]+)=~?\"");
  private static final Pattern SHOWN = Pattern.compile("\\$labels\\.([a-z_]+)");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{([a-z_]+)}}");

  /** Or an option of the configuration. */
  private static final String COMMAND =
      "holdfast [a-z]+|(systemctl [a-z]+|journalctl -u) holdfast|`[a-z-]+: \\{";

  /** Prometheus adds it, and has its own alarms. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "alertname", "alertstate");

  private static String text(String name) throws IOException {
    return Files.readString(folder().resolve(name));
  }

  private static Path folder() {
    return ProjectFiles.root().resolve("distribution/src/main/monitoring");
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.group(found.groupCount())).toList();
  }

  /** Of the metrics that an expression asks for. */
  private static Set<String> labels(String expression) {
    Set<String> labels = new HashSet<>(OF_PROMETHEUS);
    for (String name : all(METRIC, expression)) {
      Metric metric = METRICS.get(name);
      assertThat(metric).as(name).isNotNull();
      if (metric != null) {
        labels.addAll(metric.labels());
      }
    }
    return labels;
  }

  private static void check(String expression, List<String> shown) {
    Set<String> known = labels(expression);
    List<String> used = new ArrayList<>(shown);
    all(GROUPED, expression).forEach(list -> used.addAll(List.of(list.split(", ", -1))));
    used.addAll(all(MATCHED, expression));

    assertThat(known).as(expression).containsAll(used);
  }

  private record Alarm(
      String name, String expression, String severity, String summary, String next) {
    @SuppressWarnings("unchecked")
    static List<Alarm> read() throws IOException {
      Map<String, Object> file =
          (Map<String, Object>)
              new Load(LoadSettings.builder().build()).loadFromString(text("holdfast-alerts.yml"));
      List<Alarm> alarms = new ArrayList<>();
      for (Map<String, Object> group : (List<Map<String, Object>>) in(file, "groups")) {
        for (Map<String, Object> rule : (List<Map<String, Object>>) in(group, "rules")) {
          alarms.add(of(rule));
        }
      }
      return alarms;
    }

    @SuppressWarnings("unchecked")
    private static Alarm of(Map<String, Object> rule) {
      Map<String, Object> labels = (Map<String, Object>) in(rule, "labels");
      Map<String, Object> notes = (Map<String, Object>) in(rule, "annotations");
      return new Alarm(
          in(rule, "alert").toString(),
          in(rule, "expr").toString(),
          in(labels, "severity").toString(),
          in(notes, "summary").toString(),
          in(notes, "description").toString());
    }
  }

  private static Object in(Map<String, Object> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  @Test
  void eachAlarmAsksForWhatThereIsAndSaysWhatToDo() throws IOException {
    List<Alarm> alarms = Alarm.read();
    String tests = text("firing-test.yml");

    assertThat(alarms).hasSizeGreaterThan(30).extracting(Alarm::name).doesNotHaveDuplicates();
    for (Alarm alarm : alarms) {
      assertThat(alarm.name()).startsWith("Holdfast");
      assertThat(alarm.severity()).as(alarm.name()).isIn("critical", "warning");
      assertThat(alarm.next()).as(alarm.name()).containsPattern(COMMAND);
      check(alarm.expression(), all(SHOWN, alarm.summary() + alarm.next()));
      assertThat(tests).as("a test that it fires").contains("alertname: " + alarm.name() + "\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"firing-test.yml", "quiet-test.yml"})
  void testsFeedSeriesAsTheyAreTold(String file) throws IOException {
    Matcher fed = Pattern.compile("(holdfast_[a-z_]+)\\{([^}]*)}").matcher(text(file));
    int seen = 0;
    for (; fed.find(); seen++) {
      String series = fed.group();
      assertThatCode(() -> check(series, List.of())).as(series).doesNotThrowAnyException();
    }
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void eachPanelAsksForWhatThereIs() throws IOException {
    JsonNode dashboard = new JsonMapper().readTree(text("holdfast-dashboard.json"));
    List<JsonNode> targets = dashboard.findValues("targets");
    int seen = 0;
    for (JsonNode list : targets) {
      for (JsonNode target : list) {
        check(
            target.path("expr").asString(""),
            all(LEGEND, target.path("legendFormat").asString("")));
        seen++;
      }
    }

    assertThat(seen).isGreaterThan(30);
    List<JsonNode> panels = dashboard.path("panels").valueStream().toList();
    assertThat(panels).extracting(panel -> panel.path("id").asInt(0)).doesNotHaveDuplicates();
    assertThat(panels)
        .extracting(panel -> panel.path("title").asString(""))
        .anyMatch(title -> title.contains("jobs"))
        .anyMatch(title -> title.contains("proofs"))
        .anyMatch(title -> title.contains("sites"));
  }
}

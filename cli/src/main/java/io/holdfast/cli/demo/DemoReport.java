package io.holdfast.cli.demo;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the demo showed, in figures. */
public record DemoReport(
    String postgres,
    Map<String, Optional<Shop.Content>> before,
    Map<String, Optional<Shop.Content>> after,
    Map<String, Optional<Shop.Content>> recovered,
    long bytesRead,
    long bytesStored,
    Duration backup,
    Duration recovery,
    List<String> next)
    implements Answer {

  /** Whether every table holds exactly what it held just before the accident. */
  public boolean whole() {
    return before.equals(recovered)
        && before.values().stream().allMatch(Optional::isPresent)
        && held(after, "users").isEmpty();
  }

  /** Rows that were there before the accident and are not there now. */
  long rowsLost() {
    return Shop.TABLES.stream()
        .mapToLong(table -> Math.max(0, rows(before, table) - rows(recovered, table)))
        .sum();
  }

  private static long rows(Map<String, Optional<Shop.Content>> content, String table) {
    return held(content, table).map(Shop.Content::rows).orElse(0L);
  }

  private static Optional<Shop.Content> held(
      Map<String, Optional<Shop.Content>> content, String table) {
    return content.getOrDefault(table, Optional.empty());
  }

  @Override
  public Object json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("postgres", postgres);
    json.put("whole", whole());
    json.put("rowsBefore", counts(before));
    json.put("rowsAfterAccident", counts(after));
    json.put("rowsRecovered", counts(recovered));
    json.put("rowsLost", rowsLost());
    json.put("bytesRead", bytesRead);
    json.put("bytesStored", bytesStored);
    json.put("backupMillis", backup.toMillis());
    json.put("recoveryMillis", recovery.toMillis());
    return json;
  }

  private static Map<String, Long> counts(Map<String, Optional<Shop.Content>> content) {
    Map<String, Long> counts = new LinkedHashMap<>();
    content.forEach((table, held) -> held.ifPresent(c -> counts.put(table, c.rows())));
    return counts;
  }

  @Override
  public void print(Page page) {
    page.blank();
    Table table = new Table().left("rows in").right("before");
    table.right("after the accident").right("after recovery").left("content");
    Shop.TABLES.forEach(name ->
        table.row(
            name,
            shown(before, name),
            shown(after, name),
            shown(recovered, name),
            held(before, name).equals(held(recovered, name)) ? "the same" : "DIFFERS"));
    page.table(table);
    page.blank();
    page.field(
        16,
        "backup",
        "read "
            + ByteSize.format(bytesRead)
            + ", stored "
            + ByteSize.format(bytesStored)
            + " encrypted, in "
            + seconds(backup));
    page.field(16, "time to recover", seconds(recovery));
    page.field(
        16,
        "data lost",
        rowsLost() == 0 && whole() ? "none, up to the chosen moment" : rowsLost() + " rows");
    page.blank();
    page.line(
        whole()
            ? "The table is back, as it was just before the accident."
            : "THE RECOVERED CLUSTER IS NOT WHAT IT WAS BEFORE THE ACCIDENT.");
    page.blank();
    page.lines(next);
  }

  private static String shown(Map<String, Optional<Shop.Content>> content, String table) {
    return held(content, table)
        .map(held -> String.format(Locale.ROOT, "%,d", held.rows()))
        .orElse("gone");
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", Steps.seconds(duration));
  }
}

package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Page;
import io.holdfast.operations.doctor.DoctorCode;
import io.holdfast.operations.doctor.Finding;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A finding as it is shown. */
record FindingView(
    String severity,
    @Nullable String code,
    String subject,
    @Nullable String cluster,
    String found,
    @Nullable String why,
    @Nullable String fix) {
  private static final String INDENT = "         ";

  static FindingView of(Finding finding) {
    return new FindingView(
        finding.severity().word(),
        finding.code().map(DoctorCode::text).orElse(null),
        finding.subject(),
        finding.cluster().orElse(null),
        finding.found(),
        finding.code().map(DoctorCode::why).orElse(null),
        Optional.of(finding.fix()).filter(fix -> !fix.isEmpty()).orElse(null));
  }

  static List<FindingView> of(List<Finding> findings) {
    return findings.stream().map(FindingView::of).toList();
  }

  void print(Page page) {
    String mark =
        switch (severity) {
          case "ok" -> "ok     ";
          case "note" -> "note   ";
          case "warning" -> "warning";
          case "unchecked" -> "UNKNOWN";
          default -> "FAULT  ";
        };
    page.line(mark + "  " + subject + ": " + found + (code == null ? "" : "  [" + code + "]"));
    show(why, line -> page.line(INDENT + line));
    show(fix, line -> page.line(INDENT + "  " + line));
  }

  private static void show(@Nullable String text, Consumer<String> lines) {
    if (text != null) {
      text.lines().forEach(lines);
    }
  }
}

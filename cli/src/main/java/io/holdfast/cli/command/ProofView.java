package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.proof.Finding;
import io.holdfast.operations.proof.FindingCode;
import io.holdfast.operations.proof.Proof;
import io.holdfast.operations.proof.ProofFormat;
import io.holdfast.operations.proof.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** A proof for people. */
final class ProofView {
  private static final int LABELS = 10;

  private ProofView() {}

  /**
   * @param kept how copies that were left running are reached
   * @param seal of the one that is shown, as it lies in the repository
   */
  record Shown(List<Proof> proofs, List<String> kept, Optional<ProofSeal> seal) implements Answer {
    Shown(List<Proof> proofs, List<String> kept) {
      this(proofs, kept, Optional.empty());
    }

    @Override
    public Object json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("proofs", proofs.stream().map(this::json).toList());
      json.put("kept", kept);
      return json;
    }

    private Object json(Proof proof) {
      ObjectNode json = ProofFormat.json(proof);
      seal.ifPresent(each -> json.putPOJO("signature", each.json()));
      return json;
    }

    @Override
    public void print(Page page) {
      for (Proof proof : proofs) {
        ProofView.print(page, proof);
        seal.ifPresent(each -> page.field(LABELS, "  signature", each.said()));
        page.blank();
      }
      for (String each : kept) {
        page.line("The copy is left running: psql \"" + each + "\"");
        page.line("Stop it with pg_ctl and remove its directory when you are done with it.");
      }
    }
  }

  static void print(Page page, Proof proof) {
    page.line(
        proof.verdict().said().toUpperCase(Locale.ROOT)
            + ": backup "
            + proof.backup()
            + " of cluster "
            + proof.cluster()
            + ", "
            + proof.kind()
            + proof.reached().map(rung -> ", is " + rung.word()).orElse("")
            + (proof.plan().isEmpty() ? "" : ", by plan " + proof.plan())
            + (proof.site().isEmpty() ? "" : ", read from site " + proof.site() + " alone"));
    for (Proof.Step step : proof.steps()) {
      page.field(
          LABELS,
          "  " + step.rung().word(),
          (step.verdict() == Verdict.PASSED
                  ? ""
                  : step.verdict().said().toUpperCase(Locale.ROOT) + ": ")
              + step.said()
              + (step.took().isZero() ? "" : " (" + Times.span(step.took()) + ")"));
    }
    proof.recoveryTime().ifPresent(time -> page.field(LABELS, "  took", took(proof, time)));
    proof
        .lastTransaction()
        .ifPresent(time ->
            page.field(
                LABELS,
                "  reaches",
                Times.local(time)
                    + ", "
                    + Times.span(Duration.between(time, proof.began()))
                    + " before this proof began"));
    proof.findings().forEach(finding -> print(page, finding));
    long more = proof.findingsTotal() - proof.findings().size();
    if (more > 0) {
      page.line("  and " + more + " more findings");
    }
  }

  private static String took(Proof proof, Duration time) {
    return Times.span(time)
        + " until the copy answered: "
        + proof.stages().stream()
            .filter(Proof.Stage::recovery)
            .map(stage -> stage.name() + " " + Times.span(stage.took()))
            .collect(Collectors.joining(", "));
  }

  private static void print(Page page, Finding finding) {
    page.line(
        (finding.fault() ? "  FINDING  " : "  warning  ")
            + finding.code()
            + ": "
            + finding.subject());
    page.line("           " + finding.found().replace("\n", "\n           "));
    Optional<FindingCode> known = FindingCode.of(finding.code());
    known.ifPresent(code -> {
      page.line("           why it matters: " + code.why());
      page.line("           what to do: " + code.whatToDo());
    });
  }
}

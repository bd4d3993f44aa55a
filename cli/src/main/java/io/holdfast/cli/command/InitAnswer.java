package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.SetUp;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.Severity;
import io.holdfast.vocabulary.ClusterName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code init} has done. */
record InitAnswer(
    String config,
    String repository,
    String repositoryId,
    boolean repositoryCreated,
    boolean encrypted,
    @Nullable String newPassphraseFile,
    String cluster,
    boolean configWritten,
    List<FindingView> findings)
    implements Answer {
  static InitAnswer of(SetUp.Done done, List<Finding> findings) {
    return new InitAnswer(
        done.settings().file().toString(),
        done.settings().repository().description(),
        done.repositoryId().toString(),
        done.created(),
        done.encrypted(),
        done.newPassphraseFile().map(Object::toString).orElse(null),
        done.settings().clusters().keySet().stream().findFirst().map(ClusterName::text).orElse(""),
        done.wrote(),
        FindingView.of(findings));
  }

  @Override
  public Object json() {
    return this;
  }

  @Override
  public void print(Page page) {
    page.line((configWritten ? "wrote " : "used ") + config);
    page.line(
        (repositoryCreated ? "created the " : "found the ")
            + (encrypted ? "encrypted repository " : "repository (NOT encrypted) ")
            + repository);
    if (newPassphraseFile != null) {
      page.line("made a random passphrase in " + newPassphraseFile);
      page.line("  KEEP A COPY OF IT SOMEWHERE ELSE: without it nobody can restore anything.");
      page.line("  'holdfast key recovery-kit' prints what belongs in the safe.");
    }
    page.blank();
    findings.forEach(finding -> finding.print(page));
    page.blank();
    page.line(
        findings.stream().anyMatch(finding -> finding.severity().equals(Severity.FAULT.word()))
            ? "Mend what is marked FAULT, then: holdfast doctor"
            : "Next: holdfast backup " + cluster);
  }
}

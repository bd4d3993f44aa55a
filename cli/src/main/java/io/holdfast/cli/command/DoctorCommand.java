package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.operations.doctor.Finding;
import io.holdfast.operations.doctor.Severity;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.ExitStatus;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = {
      "Look at configuration, repository, sites and servers, and say what is amiss, why that matters,"
          + " and what mends it.",
      "docs/doctor.md explains each code."
    },
    footerHeading = "%n",
    footer = {
      "Exit status 1 means: something that is configured cannot work, or something is lost. Warnings",
      "are of what works today and is missed on the day when it is needed."
    })
final class DoctorCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  @Option(
      names = "--strict",
      description =
          "Exit status 1 for warnings too, and 4 if there are none but something could not be"
              + " looked at.")
  private boolean strict;

  DoctorCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    List<Finding> findings =
        new Examination(rooms, settings, cluster.name(), console.clock()).all();
    console.answer(Diagnosis.of(findings));
    return status(findings);
  }

  private ExitStatus status(List<Finding> findings) {
    if (Finding.any(findings, Severity.FAULT)
        || (strict && Finding.any(findings, Severity.WARNING))) {
      return ExitStatus.NO;
    }
    return strict && Finding.any(findings, Severity.UNCHECKED)
        ? ExitStatus.UNVERIFIED
        : ExitStatus.DONE;
  }

  /**
   * @param sound whether there is no fault
   */
  record Diagnosis(
      boolean sound,
      long faults,
      long warnings,
      long notes,
      long unchecked,
      List<FindingView> findings)
      implements Answer {
    static Diagnosis of(List<Finding> findings) {
      return new Diagnosis(
          !Finding.any(findings, Severity.FAULT),
          count(findings, Severity.FAULT),
          count(findings, Severity.WARNING),
          count(findings, Severity.NOTE),
          count(findings, Severity.UNCHECKED),
          FindingView.of(findings));
    }

    private static long count(List<Finding> findings, Severity severity) {
      return findings.stream().filter(finding -> finding.severity() == severity).count();
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      findings.forEach(finding -> finding.print(page));
      page.blank();
      page.line(
          faults
              + (faults == 1 ? " fault, " : " faults, ")
              + warnings
              + (warnings == 1 ? " warning, " : " warnings, ")
              + notes
              + (notes == 1 ? " note" : " notes")
              + (unchecked == 0 ? "" : "; " + unchecked + " could not be checked"));
    }
  }
}

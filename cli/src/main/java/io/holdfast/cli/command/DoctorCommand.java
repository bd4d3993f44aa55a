package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Answer;
import io.holdfast.cli.terminal.Console;
import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.wiring.OpenCluster;
import io.holdfast.cli.wiring.OpenRepository;
import io.holdfast.cli.wiring.Rooms;
import io.holdfast.repository.Repository;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.Settings;
import io.holdfast.storage.Storage;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    description = "Check configuration, repository and servers, and say what mends what is amiss.",
    footerHeading = "%n",
    footer = "Exit status 1 means: something that is configured cannot work.")
final class DoctorCommand extends HoldfastCommand {
  private final Console console;
  private final Rooms rooms;

  @Mixin private final ClusterChoice cluster = new ClusterChoice();

  DoctorCommand(Console console, Rooms rooms) {
    this.console = console;
    this.rooms = rooms;
  }

  @Override
  ExitStatus run() {
    Settings settings = rooms.settings();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "configuration", settings.file() + ", clusters: " + settings.clusters().keySet()));
    try (OpenRepository repository = rooms.open(settings.repository())) {
      findings.add(RepositoryCheck.opened(repository.repository()));
      settings.repository().sites().forEach(site -> findings.addAll(check(settings, site)));
      for (OpenCluster open : Rooms.clusters(settings, repository, cluster.name())) {
        findings.addAll(RepositoryCheck.of(open));
        if (open.settings().isPresent()) {
          findings.addAll(ServerCheck.of(open));
        }
      }
    } catch (HoldfastException e) {
      findings.add(Finding.fault("repository", e));
    }
    Diagnosis diagnosis = new Diagnosis(findings);
    console.answer(diagnosis);
    return diagnosis.sound() ? ExitStatus.DONE : ExitStatus.NO;
  }

  private List<Finding> check(Settings settings, NamedSite site) {
    boolean only = settings.repository().sites().size() == 1;
    String subject = only ? "site" : "site " + site.name();
    try (Storage storage = rooms.storage(site)) {
      if (!Repository.exists(storage)) {
        // To try it would write into the place of a disk that is not mounted.
        return List.of(
            Finding.fault(
                subject,
                "expected a repository at " + storage.description() + ", found none",
                "Is its file system mounted? If it is new: holdfast sync " + site.name()));
      }
      List<Finding> findings = new ArrayList<>(SiteCheck.of(subject, storage, console.clock()));
      if (site.place() instanceof S3Settings bucket) {
        findings.addAll(ProtectionCheck.of(subject, bucket, rooms.protection(bucket)));
      }
      return findings;
    } catch (HoldfastException e) {
      return List.of(Finding.fault(subject, e));
    }
  }

  record Diagnosis(boolean sound, List<Finding> findings) implements Answer {
    Diagnosis(List<Finding> findings) {
      this(!Finding.anyFault(findings), findings);
    }

    @Override
    public Object json() {
      return this;
    }

    @Override
    public void print(Page page) {
      findings.forEach(finding -> finding.print(page));
    }
  }
}

package io.holdfast.operations.runbook;

import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.proof.Proof;
import io.holdfast.vocabulary.ByteSize;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a runbook tells of a cluster.
 *
 * @param written by the clock of the machine that writes it
 * @param program that writes it, with its version
 * @param repository its id
 * @param sites the first one first
 * @param restorable the sentence of {@code status}
 * @param newest of each kind that there is
 * @param proofs the last one that restored, of each kind
 */
public record Runbook(
    String cluster,
    Instant written,
    String program,
    String repository,
    boolean encrypted,
    List<Site> sites,
    String restorable,
    List<BackupSummary> newest,
    List<Proof> proofs) {
  /**
   * Where copies lie.
   *
   * @param place for people, never a secret
   * @param bucket whether it may be read as it was at a moment
   */
  public record Site(String name, String place, boolean bucket) {}

  public Runbook {
    sites = List.copyOf(sites);
    newest = List.copyOf(newest);
    proofs = List.copyOf(proofs);
  }

  /** The same for whoever has that site and no other. */
  public Runbook endingWith(String site) {
    List<Site> ordered = new ArrayList<>(sites);
    ordered.sort(Comparator.comparing(each -> each.name().equals(site)));
    return new Runbook(
        cluster, written, program, repository, encrypted, ordered, restorable, newest, proofs);
  }

  /** The page, in Markdown. */
  public String page() {
    return new RunbookPage(this).write();
  }

  /**
   * What a page that was written earlier says otherwise than this one would: the first such line.
   * Times, sizes and measurements do not count.
   */
  public Optional<String> difference(String published) {
    List<String> then = lasting(published);
    List<String> now = lasting(page());
    for (int i = 0; i < Math.max(then.size(), now.size()); i++) {
      String line = i < then.size() ? then.get(i) : "(it ends there)";
      if (i >= now.size() || !line.equals(now.get(i))) {
        return Optional.of(line.length() <= LINE ? line : line.substring(0, LINE) + "…");
      }
    }
    return Optional.empty();
  }

  private static final int LINE = 200;

  private static List<String> lasting(String page) {
    return page.lines()
        .dropWhile(line -> !line.equals(RunbookPage.LASTING))
        .filter(
            line -> !line.startsWith(RunbookPage.MEASURED) && !line.startsWith(RunbookPage.ROOM))
        .toList();
  }

  Optional<BackupSummary> physical() {
    return newest.stream().filter(each -> each.physical().isPresent()).findFirst();
  }

  Optional<BackupSummary> logical() {
    return newest.stream().filter(each -> each.logical().isPresent()).findFirst();
  }

  /** How long the last restore of a backup of that kind took. */
  Optional<Duration> measured(String kind) {
    return proofs.stream()
        .filter(each -> each.kind().equals(kind))
        .flatMap(each -> each.recoveryTime().stream())
        .findFirst();
  }

  static String size(BackupSummary backup) {
    return ByteSize.format(backup.totals().bytes());
  }
}

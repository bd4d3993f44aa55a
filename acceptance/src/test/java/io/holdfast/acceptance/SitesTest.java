package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import io.holdfast.testkit.TpcbLoad;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository on two sites: one goes away, comes back, catches up, and is all that is left. */
final class SitesTest {
  @TempDir Path folder;
  private TestCluster source;
  private Scene scene;

  @BeforeEach
  void twoSites() {
    source = TestCluster.of(PostgresMajor.newest()).start();
    TpcbLoad.prepare(source, 1);
    scene = new Scene(folder, source);
    configure(false);
    scene.succeed("init", "--non-interactive");
  }

  private void configure(boolean required) {
    scene.configure(
        """
        repository:
          sites:
            nas:
              path: nas
            offsite:
              path: offsite
              required: %s
        """
            .formatted(required),
        source);
  }

  @AfterEach
  void stopTheServer() {
    source.close();
  }

  @Test
  void keysThatAreDamagedOnOneSiteLockNobodyOut() throws IOException {
    scene.succeed("backup", "main");
    try (Stream<Path> slots = Files.list(scene.at("nas").resolve("keys"))) {
      for (Path slot : slots.toList()) {
        Files.writeString(slot, Files.readString(slot).substring(0, 30));
      }
    }

    BuiltProgram.Ran status = scene.run("status");
    assertThat(status.out()).contains("restorable");
    assertThat(status.err()).contains("site nas is left out", "key slots are damaged");
    scene.succeed("key", "check");
    scene.succeed("runbook", "main");
    scene.succeed("restore", "main", "--to", scene.at("copy").toString(), "--dry-run");
    assertThat(
            scene.succeed(
                "prove", "main", "--no-record", "--scratch", scene.at("scratch").toString()))
        .contains("PASSED");
    assertThat(scene.run("check", "--max-age", "1h").status()).isZero();
  }

  @Test
  void anySiteIsEnoughAndOneThatWasAwayCatchesUp() throws IOException {
    scene.succeed("backup", "main");
    assertThat(objects("offsite")).isEqualTo(objects("nas"));

    Files.move(scene.at("offsite"), scene.at("unplugged"));
    BuiltProgram.Ran without = scene.run("backup", "main");
    assertThat(without.status()).isZero();
    assertThat(without.err()).contains("warning", "offsite", "holdfast sync offsite");
    assertThat(Files.exists(scene.at("offsite"))).as("nothing is written beside it").isFalse();

    configure(true);
    BuiltProgram.Ran required = scene.run("backup", "main");
    assertThat(required.status()).isEqualTo(6);
    assertThat(required.err()).contains("offsite", "required", "HINT");
    configure(false);

    Files.move(scene.at("unplugged"), scene.at("offsite"));
    scene.succeed("sync", "offsite");
    assertThat(objects("offsite")).isEqualTo(objects("nas"));

    Files.move(scene.at("nas"), scene.at("burnt"));
    BuiltProgram.Ran refused = scene.run("backup", "main");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("nas");
    BuiltProgram.Ran listed = scene.run("backups", "list");
    assertThat(listed.status()).isZero();
    assertThat(listed.out().lines().filter(line -> line.startsWith("main"))).hasSize(2);
    assertThat(listed.err()).contains("nas", "found no repository");
    Path restored = scene.at("restored");
    scene.succeed("restore", "main", "--to", restored.toString(), "--at", "immediate");
    assertThat(restored.resolve("PG_VERSION")).exists();

    scene.succeed("sync", "nas", "--from", "offsite");
    assertThat(objects("nas")).isEqualTo(objects("offsite"));
    scene.succeed("verify", "--read-data", "--site", "nas");
    scene.succeed("backup", "main");
    assertThat(objects("nas")).isEqualTo(objects("offsite"));
  }

  @Test
  void whatOneSiteHasDamagedIsReadFromTheOtherAndMended() throws IOException {
    scene.succeed("backup", "main");
    List<Path> packs = files("nas").stream().filter(f -> f.toString().endsWith(".pack")).toList();
    flip(packs.getFirst(), Files.size(packs.getFirst()) / 2);
    Files.delete(packs.getLast());

    BuiltProgram.Ran restored =
        scene.run("restore", "main", "--to", scene.at("copy").toString(), "--at", "immediate");
    assertThat(restored.status()).as(restored.err()).isZero();
    assertThat(restored.err()).contains("warning", "from site offsite");

    BuiltProgram.Ran verified = scene.run("verify", "--read-data");
    assertThat(verified.status()).isEqualTo(1);
    assertThat(verified.out()).contains("on site nas").doesNotContain("on site offsite");
    assertThat(scene.run("verify", "--site", "offsite", "--read-data").status()).isZero();

    BuiltProgram.Ran repaired = scene.run("verify", "--read-data", "--repair");
    assertThat(repaired.status()).as(repaired.out() + repaired.err()).isZero();
    assertThat(repaired.out()).contains("REPAIR", "put back from site offsite");
    assertThat(objects("nas")).isEqualTo(objects("offsite"));
    assertThat(scene.run("verify", "--read-data").status()).isZero();
  }

  @Test
  void aBackupThatIsGoneOnOneSiteIsFoundAndBroughtBack() throws IOException {
    configure(true);
    scene.succeed("backup", "main");
    scene.succeed("backup", "main");
    String first = manifests("offsite").getFirst();
    Files.delete(scene.at("offsite/clusters/main/backups/" + first + ".manifest"));

    BuiltProgram.Ran verified = scene.run("verify");
    assertThat(verified.status()).as(verified.out()).isEqualTo(1);
    assertThat(verified.out()).contains("ABSENT " + first + " of cluster main on site offsite");
    assertThat(scene.run("verify", "--backup", first).status()).isEqualTo(1);
    assertThat(scene.run("verify", "--site", "nas").status()).isZero();
    configure(false);
    BuiltProgram.Ran behind = scene.run("verify");
    assertThat(behind.status()).as("a site that may be behind is no fault").isZero();
    assertThat(behind.out()).contains("ABSENT " + first, "need not be up to date");

    BuiltProgram.Ran repaired = scene.run("verify", "--repair");
    assertThat(repaired.status()).as(repaired.out() + repaired.err()).isZero();
    assertThat(repaired.out()).contains("REPAIR", first, "brought back from site nas");
    assertThat(objects("offsite")).isEqualTo(objects("nas"));
  }

  @Test
  void aBackupBuildsOnNoneThatARequiredSiteHasRemoved() throws IOException {
    scene.configure(
        """
        repository:
          sites:
            nas:
              path: nas
            offsite:
              path: offsite
              required: true
              retention: { last: 1, grace: 0s }
        """,
        source);
    scene.succeed("backup", "main");
    scene.succeed("backup", "main");
    List<String> both = manifests("nas");
    scene.succeed("backups", "delete", both.getLast(), "--site", "offsite", "--yes", "--force");
    assertThat(manifests("offsite")).containsExactly(both.getFirst());

    BuiltProgram.Ran third = scene.run("backup", "main", "--json");
    assertThat(third.status()).as(third.err()).isZero();
    assertThat(third.out())
        .contains("\"parent\":\"" + both.getFirst() + "\"", "not whole, on site offsite");
    assertThat(scene.run("verify").status()).isZero();
  }

  @Test
  void statusTellsWhatEachSiteLacks() throws IOException {
    scene.succeed("backup", "main");
    assertThat(scene.succeed("status")).contains("offsite", "nothing").doesNotContain("behind");
    Files.move(scene.at("offsite"), scene.at("unplugged"));
    assertThat(scene.run("backup", "main", "--json").out())
        .contains("\"sitesLeftOut\":[\"offsite\"]");
    assertThat(scene.succeed("status")).contains("CANNOT BE REACHED");
    Files.move(scene.at("unplugged"), scene.at("offsite"));

    assertThat(scene.succeed("status"))
        .contains("1 backups", "site offsite is behind", "holdfast sync offsite");
    assertThat(scene.succeed("status", "--json")).contains("\"missingBackups\"");
  }

  @Test
  void whatTheFirstSiteHasPrunedIsReadElsewhereWithoutAWarningForEach() throws IOException {
    for (int i = 0; i < 4; i++) {
      scene.succeed("backup", "main");
    }
    Path file = scene.at("holdfast.yaml");
    Files.writeString(file, Files.readString(file) + "retention: { last: 1, grace: 0s }\n");
    scene.succeed("prune", "--yes");
    assertThat(manifests("nas")).hasSize(1);

    BuiltProgram.Ran listed = scene.run("backups", "list");
    assertThat(ids(listed.out())).hasSize(4);
    assertThat(listed.err()).as("nothing is wrong").isEmpty();
    BuiltProgram.Ran verified = scene.run("verify");
    assertThat(verified.status()).as(verified.out() + verified.err()).isZero();

    String gone = ids(listed.out()).getFirst();
    BuiltProgram.Ran one = scene.run("verify", "--backup", gone);
    assertThat(one.out()).contains("nas/main: none of the backups that were named is here");
    assertThat(one.status()).as("another site has it: " + one.out() + one.err()).isZero();
    assertThat(scene.run("verify", "--backup", gone, "--site", "nas").status())
        .as("nothing was verified")
        .isEqualTo(4);
  }

  @Test
  void eachSiteIsPrunedByItselfAndSyncBringsNothingBackThatWent() throws IOException {
    threeSitesWithRules();
    for (int i = 0; i < 4; i++) {
      scene.succeed("backup", "main");
    }
    List<String> all = ids(scene.succeed("backups", "list"));
    assertThat(scene.succeed("backups", "pin", all.getFirst(), "--reason", "the first of all"))
        .contains("on nas, offsite, attic");
    assertThat(scene.succeed("backups", "unpin", all.getFirst(), "--site", "attic"))
        .contains("on attic");

    BuiltProgram.Ran pruned = scene.run("prune", "--yes");
    assertThat(pruned.status()).as(pruned.err()).isZero();
    assertThat(pruned.out())
        .contains("main on site nas keeps last 2", "main on site offsite keeps last 1")
        .doesNotContain("on site attic");
    assertThat(pruned.err()).contains("site attic has no retention of its own");
    assertThat(manifests("nas")).isEqualTo(all);
    assertThat(manifests("attic")).isEqualTo(all);
    assertThat(manifests("offsite")).containsExactly(all.getFirst(), all.getLast());

    assertThat(scene.succeed("sync", "offsite"))
        .contains("passed over", all.get(1) + ", main/" + all.get(2));
    assertThat(scene.succeed("status")).doesNotContain("site offsite is behind");
    assertThat(scene.succeed("prune", "--site", "attic", "--yes"))
        .contains("main on site attic keeps last 2", "removed 2 backups");
    assertThat(scene.succeed("backups", "undelete", all.get(1))).contains("is back on nas, attic");
    assertThat(scene.succeed("prune", "--all-sites", "--json"))
        .contains("\"site\":\"nas\"", "\"site\":\"offsite\"", "\"site\":\"attic\"");

    scene.succeed("sync", "offsite", "--all");
    assertThat(manifests("offsite")).isEqualTo(all);
    scene.succeed("verify");
    aPruneLeavesAllToAnotherOneThatRuns();
  }

  /** Two that both went on would stop each other on one site after the other. */
  private void aPruneLeavesAllToAnotherOneThatRuns() throws IOException {
    Path lease = scene.at("nas/clusters/main/leases/prune.json");
    Files.createDirectories(lease.getParent());
    Files.writeString(
        lease,
        """
        {"format": 1, "token": "%s", "host": "another", "machine": "another", "boot": "1",
         "pidSpace": "1", "pid": 7, "started": "1", "purpose": "prune",
         "acquired": "%s", "expires": "%s"}
        """
            .formatted(
                UUID.randomUUID(), Instant.now(), Instant.now().plus(Duration.ofMinutes(5))));
    BuiltProgram.Ran second = scene.run("prune", "--all-sites", "--yes");
    assertThat(second.status()).as(second.err()).isEqualTo(7);
    assertThat(second.out()).doesNotContain("offsite", "attic");

    Files.delete(lease);
    assertThat(scene.succeed("prune", "--all-sites", "--yes")).contains("offsite", "attic");
  }

  private void threeSitesWithRules() throws IOException {
    scene.configure(
        """
        repository:
          sites:
            nas:
              path: nas
            offsite:
              path: offsite
              retention: { last: 1, grace: 0s }
            attic:
              path: attic
        """,
        source);
    Path file = scene.at("holdfast.yaml");
    Files.writeString(file, Files.readString(file) + "retention: { last: 2, grace: 1h }\n");
    scene.succeed("sync", "attic");
  }

  @Test
  void aDamagedManifestIsPutBackOrTakenOutOfTheWay() throws IOException {
    scene.succeed("backup", "main");
    scene.succeed("backup", "main");
    Path file = scene.at("holdfast.yaml");
    Files.writeString(file, Files.readString(file) + "retention: { last: 1 }\n");
    String first = manifests("nas").getFirst();
    Path manifest = scene.at("nas/clusters/main/backups/" + first + ".manifest");
    flip(manifest, Files.size(manifest) / 2);

    BuiltProgram.Ran told = scene.run("status");
    assertThat(told.status()).as("another site has it: " + told.err()).isZero();
    assertThat(told.err()).contains("from site offsite");

    BuiltProgram.Ran stuck = scene.run("prune", "--yes");
    assertThat(stuck.status()).isEqualTo(6);
    assertThat(stuck.err()).contains("HINT", "verify main --repair", "--damaged");
    BuiltProgram.Ran refused = scene.run("backups", "delete", first, "--damaged", "--yes");
    assertThat(refused.status()).isEqualTo(3);
    assertThat(refused.err()).contains("site offsite has it whole", "--repair --site nas");
    scene.succeed("verify", "main", "--repair", "--read-data");
    scene.succeed("prune");

    flip(manifest, Files.size(manifest) / 2);
    scene.succeed("backups", "delete", first, "--site", "offsite", "--yes");
    assertThat(scene.succeed("backups", "delete", first, "--damaged"))
        .contains("Nothing was deleted yet");
    assertThat(scene.succeed("backups", "delete", first, "--damaged", "--yes"))
        .contains("deleted damaged backup " + first);
    scene.succeed("prune", "--yes");
    scene.succeed("verify", "--read-data");
    assertThat(manifests("nas")).isEqualTo(manifests("offsite")).hasSize(1);
  }

  private List<String> manifests(String site) throws IOException {
    return files(site).stream()
        .map(each -> each.getFileName().toString())
        .filter(name -> name.endsWith(".manifest"))
        .map(name -> name.replace(".manifest", ""))
        .toList();
  }

  private static List<String> ids(String output) {
    return Pattern.compile("\\d{8}T\\d{6}Z-[a-z0-9]{4}")
        .matcher(output)
        .results()
        .map(MatchResult::group)
        .distinct()
        .toList();
  }

  @Test
  void aSiteThatIsGoneOrCannotBeOpenedIsNeverTakenForGood() throws IOException {
    scene.succeed("backup", "main");
    Files.move(scene.at("offsite/keys"), scene.at("keys"));
    BuiltProgram.Ran verified = scene.run("verify");
    assertThat(verified.status()).isEqualTo(4);
    assertThat(verified.err()).contains("offsite", "expected key slots, found none");
    assertThat(scene.succeed("status")).contains("no key slot").doesNotContain("key remove");
    scene.succeed("sync", "offsite");
    scene.succeed("verify");

    Files.move(scene.at("offsite"), scene.at("unplugged"));
    BuiltProgram.Ran examined = scene.run("doctor");
    assertThat(examined.status()).isEqualTo(1);
    assertThat(examined.out()).contains("site offsite: expected a repository at");
    BuiltProgram.Ran synced = scene.run("sync");
    assertThat(synced.status()).isEqualTo(6);
    assertThat(synced.err()).contains("Is its file system mounted?");
    assertThat(scene.at("offsite")).doesNotExist();
    Files.move(scene.at("unplugged"), scene.at("offsite"));

    Files.move(scene.at("nas"), scene.at("burnt"));
    assertThat(scene.succeed("status")).contains("main", "CANNOT BE REACHED");
    BuiltProgram.Ran founded = scene.run("init", "--non-interactive");
    assertThat(founded.status()).isEqualTo(3);
    assertThat(founded.err()).contains("holdfast sync nas --from offsite");
    scene.succeed("sync", "nas", "--from", "offsite");
    scene.succeed("verify", "--read-data");
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 1);
    }
  }

  private List<Path> files(String site) throws IOException {
    try (Stream<Path> files = Files.walk(scene.at(site))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private List<String> objects(String site) throws IOException {
    Path root = scene.at(site);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(name -> !name.contains("leases/") && !name.contains("~"))
          .sorted()
          .toList();
    }
  }
}

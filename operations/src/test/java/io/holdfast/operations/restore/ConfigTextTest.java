package io.holdfast.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTextTest {
  @Test
  void leftOverTargetsBecomeCommentsAndAllElseStays() {
    ConfigText text =
        new ConfigText(
            """
            # recovery_target_time = 'old'
            Recovery_Target_Time = '2020-01-01'   # from last year
              recovery_target_xid 751
            recovery_target_inclusive=off
            work_mem = 4MB
            restore_command = 'cp ''/a b/%f'' %p'
            """);

    List<String> found = text.commentOut(RecoverySettings.LEFTOVERS::contains, "ours");

    assertThat(found)
        .containsExactly(
            "recovery_target_time",
            "recovery_target_xid",
            "recovery_target_inclusive",
            "restore_command");
    assertThat(text.toString().lines().filter(l -> !l.startsWith("#")))
        .containsExactly("work_mem = 4MB");
  }

  @Test
  void includesThatDoNotStayBecomeComments() throws java.io.IOException {
    ConfigText text =
        new ConfigText(
            """
            include 'there.conf'
            include = '/etc/gone.conf'
            include_dir 'conf.d'
            include_if_exists 'maybe.conf'
            """);

    assertThat(text.commentOutIncludes(i -> i.ifExists() || i.file().equals("there.conf"), "ours"))
        .containsExactly("/etc/gone.conf", "conf.d");
    assertThat(text.toString())
        .contains("\n# ours: include = '/etc/gone.conf'\n")
        .contains("\ninclude_if_exists 'maybe.conf'\n")
        .startsWith("include 'there.conf'\n");
  }

  @Test
  void valuesAreQuotedAsTheServerReadsThem() {
    ConfigText text = new ConfigText("");
    text.append(Map.of("restore_command", "a 'b' \\c\nd"));

    assertThat(text).hasToString("restore_command = 'a ''b'' \\\\c\\nd'\n");
  }

  @Test
  void bytesOfAnyEncodingSurvive() {
    String latin1 = "# caf\u00e9 \u0080\u00ff\n";
    assertThat(new ConfigText(latin1)).hasToString(latin1);
  }

  @Test
  void theRestoreCommandQuotesForTheShellAndForTheServersPercentSigns() {
    assertThat(
            RestoreCommand.of(
                List.of(
                    "/opt/hold fast/bin/holdfast-wal", "get", "--config", "/x/50%'s.yaml", "main")))
        .isEqualTo(
            "'/opt/hold fast/bin/holdfast-wal' get --config '/x/50%%'\\''s.yaml' main \"%f\""
                + " \"%p\"");
  }
}

package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.settings.ChannelSettings.Check;
import io.holdfast.settings.ChannelSettings.Email;
import io.holdfast.settings.ChannelSettings.Healthchecks;
import io.holdfast.settings.ChannelSettings.Severity;
import io.holdfast.settings.SecretReference.FromCommand;
import io.holdfast.settings.SecretReference.InEnvironment;
import io.holdfast.settings.SecretReference.InFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotificationSettingsTest {
  private static final String REST =
      """
      repository: {path: /r, key: {passphrase-env: P}}
      clusters: {main: {connection: host=x}}
      schedules: {nightly: {run: backup, when: daily 02:00}}
      notifications:
      """;

  @TempDir Path directory;

  @Test
  void readsEveryKind() throws IOException {
    NotificationSettings read =
        load(
            """
              reminder: 12h
              channels:
                mail:
                  email:
                    host: smtp.example.com
                    user: holdfast
                    password-file: secrets/mail
                    from: holdfast@example.com
                    to: [ops@example.com, boss@example.com]
                  severities: [error, critical]
                  clusters: [ma*]
                chat: {slack: {webhook-env: SLACK}}
                games: {discord: {webhook-command: [pass, show, discord]}}
                office: {teams: {webhook-file: /s/teams}, ca-file: ca.pem}
                phone: {telegram: {token-file: /s/t, chat: -100123}}
                pager: {pagerduty: {routing-key-file: /s/p, server: "https://events.eu.pagerduty.com"}}
                push: {ntfy: {topic-env: TOPIC, server: "http://127.0.0.1:8080/"}}
                hook:
                  webhook:
                    url-file: /s/hook
                    method: put
                    headers: ["X-Severity: {{severity}}"]
                    body: '{"t": "{{ title }}"}'
                outside: {healthchecks: {ping-key-env: KEY, create: true, schedules: [nightly]}}
                other: {healthchecks: {url-file: /s/check}}
            """);

    assertThat(read.reminder()).isEqualTo(Duration.ofHours(12));
    assertThat(read.channels())
        .extracting(ChannelSettings::target)
        .containsExactly(
            new Email(
                "smtp.example.com",
                587,
                Email.Security.STARTTLS,
                Optional.of("holdfast"),
                Optional.of(new InFile(directory.resolve("secrets/mail"))),
                "holdfast@example.com",
                List.of("ops@example.com", "boss@example.com")),
            new ChannelSettings.Slack(new InEnvironment("SLACK")),
            new ChannelSettings.Discord(new FromCommand(List.of("pass", "show", "discord"))),
            new ChannelSettings.Teams(new InFile(Path.of("/s/teams"))),
            new ChannelSettings.Telegram(
                URI.create("https://api.telegram.org"), new InFile(Path.of("/s/t")), "-100123"),
            new ChannelSettings.PagerDuty(
                URI.create("https://events.eu.pagerduty.com"), new InFile(Path.of("/s/p"))),
            new ChannelSettings.Ntfy(
                URI.create("http://127.0.0.1:8080"), new InEnvironment("TOPIC"), Optional.empty()),
            new ChannelSettings.Webhook(
                new InFile(Path.of("/s/hook")),
                ChannelSettings.Webhook.Method.PUT,
                "application/json",
                List.of("X-Severity: {{severity}}"),
                Optional.empty(),
                "{\"t\": \"{{ title }}\"}"),
            new Healthchecks(
                new Check.Each(
                    URI.create("https://hc-ping.com"),
                    new InEnvironment("KEY"),
                    "holdfast-{{cluster}}-{{schedule}}",
                    true),
                List.of("nightly")),
            new Healthchecks(new Check.One(new InFile(Path.of("/s/check"))), List.of()));
    assertThat(read.channels().getFirst().severities())
        .containsExactly(Severity.ERROR, Severity.CRITICAL);
    assertThat(read.channels().getFirst().clusters()).containsExactly("ma*");
    assertThat(read.channels().get(3).caFile()).contains(directory.resolve("ca.pem"));
  }

  @Test
  void withoutTheSectionNobodyIsTold() throws IOException {
    NotificationSettings read = load("");

    assertThat(read.channels()).isEmpty();
    assertThat(read.reminder()).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void refusesWhatIsWrongAllTogether() {
    assertFaults(
        """
          channels:
            Ops: {slack: {webhook-env: S}}
            none: {severities: [error]}
            two: {slack: {webhook-env: S}, teams: {webhook-env: S}}
            bare: {slack: {}}
            mail: {email: {host: h, from: nobody, to: [a@b], user: u, password-env: P, security: none}}
            lost: {email: {host: h, from: a@b.c, to: [a@b.c], password-env: P}}
            clear: {ntfy: {topic-env: T, server: "http://ntfy.example.com"}}
            hook: {webhook: {url-env: U, body: "{{nothing}}", headers: ["Host: x"]}}
            ping: {healthchecks: {url-env: U, ping-key-env: K}, severities: [info]}
            bad: {slack: {webhook-env: S}, severities: [terrible]}
        """,
        "6:5: notifications.channels: 'Ops' is not a name of a channel. Use 1 to 40 lower-case"
            + " letters, digits, '_' and '-', starting with a letter or digit.",
        "7:11: notifications.channels.none: expected exactly one of email, slack, discord, teams,"
            + " telegram, pagerduty, ntfy, webhook, healthchecks; found none",
        "8:10: notifications.channels.two: expected exactly one of email, slack, discord, teams,"
            + " telegram, pagerduty, ntfy, webhook, healthchecks; found slack, teams",
        "9:19: notifications.channels.bare.slack: expected exactly one of webhook-file,"
            + " webhook-env, webhook-command; found none",
        "10:35: notifications.channels.mail.email.from: expected a mail address such as"
            + " ops@example.com",
        "10:90: notifications.channels.mail.email.security: expected starttls or tls: a password is"
            + " not sent in clear",
        "11:19: notifications.channels.lost.email: expected 'user' with the password, found none",
        "12:42: notifications.channels.clear.ntfy.server: expected an address such as"
            + " https://ntfy.example.com; http:// only to this machine itself",
        "13:40: notifications.channels.hook.webhook.body: expected one of kind, severity, cluster,"
            + " key, title, text, hint, run, log, origin, since, at, id, summary between double"
            + " braces; found another name",
        "13:65: notifications.channels.hook.webhook.headers: expected a header such as X-Team: dba,"
            + " other than those of the request itself",
        "14:26: notifications.channels.ping.healthchecks: expected exactly one of url-file,"
            + " url-env, url-command, ping-key-file, ping-key-env, ping-key-command; found 2",
        "14:69: notifications.channels.ping.severities: expected none: healthchecks are pinged"
            + " whatever happens",
        "15:49: notifications.channels.bad.severities: expected info or warning or error or"
            + " critical, found 'terrible'");
  }

  @Test
  void refusesNamesThatMeanNothing() {
    assertFaults(
        """
          channels:
            one: {slack: {webhook-env: S}, clusters: [mian]}
            two: {healthchecks: {url-env: U, schedules: [weekly]}}
        """,
        "6:47: notifications.channels.one.clusters: expected a declared cluster, found 'mian', which"
            + " means none",
        "7:50: notifications.channels.two.healthchecks.schedules: expected a declared schedule, found"
            + " 'weekly'");
  }

  @Test
  void aSecretInTheWrongPlaceIsNotShown() {
    SettingsException e =
        refused("  channels: {ops: {slack: {webhook: \"https://hooks.example.com/hunter2\"}}}\n");

    assertThat(e).hasMessageContaining("unknown option").hasMessageNotContaining("hunter2");
  }

  @Test
  void thePageShowsWhatCanBeWrittenSo() throws IOException {
    Path page = Path.of("").toAbsolutePath().resolveSibling("docs").resolve("notifications.md");
    Matcher block = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(Files.readString(page));
    int seen = 0;
    while (block.find()) {
      String text = block.group(1);
      String whole =
          text.startsWith("notifications:") ? text : "notifications:\n  channels:\n" + text;
      assertThat(
              SettingsFile.load(
                      Files.writeString(
                          directory.resolve("holdfast.yaml"),
                          REST.replace("notifications:\n", whole)
                              .replace("{main:", "{prod-1: {connection: host=y}, main:")))
                  .notifications()
                  .channels())
          .as(text)
          .isNotEmpty();
      seen++;
    }
    assertThat(seen).isEqualTo(10);
  }

  private void assertFaults(String notifications, String... faults) {
    assertThat(refused(notifications).faults())
        .extracting(SettingsFault::toString)
        .containsExactlyInAnyOrder(faults);
  }

  private SettingsException refused(String notifications) {
    return catchThrowableOfType(SettingsException.class, () -> load(notifications));
  }

  private NotificationSettings load(String notifications) throws IOException {
    Path file = directory.resolve("holdfast.yaml");
    return SettingsFile.load(Files.writeString(file, REST + notifications)).notifications();
  }
}

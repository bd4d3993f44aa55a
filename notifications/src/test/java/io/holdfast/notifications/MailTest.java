package io.holdfast.notifications;

import static io.holdfast.notifications.ChannelsTest.failure;
import static io.holdfast.notifications.Samples.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.notifications.ChannelSpec.Email;
import io.holdfast.notifications.ChannelSpec.Email.Login;
import io.holdfast.notifications.ChannelSpec.Email.Security;
import io.holdfast.notifications.Message.Kind;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.helper.SimpleMessageListener;
import org.subethamail.smtp.server.SMTPServer;

/** Mail, to a real server on loopback. */
final class MailTest {
  private static final String PASSWORD = "pa55word-of-the-mailbox";

  @TempDir Path directory;

  private final Channels channels = new Channels(new OwnClock(), Duration.ofSeconds(3));
  private final ConcurrentLinkedQueue<Letter> letters = new ConcurrentLinkedQueue<>();

  /** Each test starts its own. */
  @SuppressWarnings("NullAway.Init")
  private SMTPServer server;

  /** As it arrived. */
  private record Letter(String from, String recipient, byte[] content) {
    MimeMessage mime() throws Exception {
      return new MimeMessage(
          Session.getInstance(new Properties()), new ByteArrayInputStream(content));
    }
  }

  private final class Mailbox implements SimpleMessageListener {
    @Override
    public boolean accept(String from, String recipient) {
      return !recipient.startsWith("nobody@");
    }

    @Override
    public void deliver(String from, String recipient, InputStream data) throws IOException {
      letters.add(new Letter(from, recipient, data.readAllBytes()));
    }
  }

  @AfterEach
  void stop() {
    channels.close();
    if (server != null) {
      server.stop();
    }
  }

  private void start(SMTPServer.Builder builder) {
    server =
        builder
            .bindAddress(InetAddress.getLoopbackAddress())
            .port(0)
            .simpleMessageListener(new Mailbox())
            .build();
    server.start();
  }

  private void startWithLogin(Certificates certificates) {
    start(
        new SMTPServer.Builder()
            .startTlsSocketFactory(certificates.server(), false)
            .requireTLS()
            .requireAuth()
            .authenticationHandlerFactory(
                new EasyAuthenticationHandlerFactory(MailTest::checkLogin)));
  }

  private static void checkLogin(String user, String password, MessageContext context)
      throws LoginFailedException {
    if (!user.equals("backup") || !password.equals(PASSWORD)) {
      throw new LoginFailedException("no " + password);
    }
  }

  @Test
  void isSentToSeveralInPlainWords() throws Exception {
    start(new SMTPServer.Builder());
    Receipt receipt =
        send(plain("ops@example.com", "boss@example.com"), Samples.message(Kind.OPENED));

    assertThat(receipt.answer()).contains("ops@example.com, boss@example.com");
    assertThat(letters)
        .extracting(Letter::recipient)
        .containsExactly("ops@example.com", "boss@example.com");
    MimeMessage mail = letters.element().mime();
    assertThat(mail.getSubject())
        .isEqualTo("Holdfast [CRITICAL] main: no backup for 26 h & more <today>");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(mail.getHeader("Importance")).containsExactly("high");
    assertThat(mail.getContent().toString())
        .contains("HINT: Look at the log of the last run.", "ERROR: \"disk\" <full> & \\");
  }

  @Test
  void aRefusedRecipientKeepsNobodyFromHis() throws Exception {
    start(new SMTPServer.Builder());
    Receipt receipt =
        send(plain("nobody@example.com", "ops@example.com"), Samples.message(Kind.OPENED));

    assertThat(letters).extracting(Letter::recipient).containsExactly("ops@example.com");
    assertThat(receipt.trouble()).startsWith("not for nobody@example.com: 553");
    assertThat(failure(() -> send(plain("nobody@example.com"), Samples.message(Kind.OPENED))))
        .hasMessageContaining("553")
        .matches(DeliveryException::isHopeless);
  }

  @Test
  void goesEncryptedAndWithALogin() throws Exception {
    Certificates certificates = Certificates.of(directory, "dns:localhost,ip:127.0.0.1");
    startWithLogin(certificates);
    send(with(Security.STARTTLS, PASSWORD), Optional.of(certificates.authority()), Samples.huge());

    assertThat(letters.element().mime().getContent().toString())
        .contains("the very last line")
        .contains("characters cut off");
    assertThat(letters.element().mime().getSubject().length()).isLessThanOrEqualTo(150);
  }

  @Test
  void goesToAServerThatIsEncryptedFromTheFirstByte() throws Exception {
    Certificates certificates = Certificates.of(directory, "ip:127.0.0.1");
    start(new SMTPServer.Builder().serverSocketFactory(certificates.server()));
    send(
        new Email(
            "127.0.0.1",
            server.getPortAllocated(),
            Security.TLS,
            Optional.empty(),
            "holdfast@example.com",
            List.of("ops@example.com")),
        Optional.of(certificates.authority()),
        Samples.message(Kind.RECOVERED));

    assertThat(letters.element().mime().getSubject())
        .startsWith("Holdfast [RECOVERED] main: no longer: ");
  }

  @Test
  void isNotSentInClearToAServerThatCannotEncrypt() {
    start(new SMTPServer.Builder());
    DeliveryException failure =
        failure(() -> send(with(Security.STARTTLS, PASSWORD), Samples.message(Kind.OPENED)));

    assertThat(failure).hasMessageContaining("STARTTLS");
    assertThat(letters).isEmpty();
  }

  @Test
  void isNotSentToAServerThatIsSomebodyElse() throws Exception {
    Certificates other = Certificates.of(directory, "dns:other.example.com");
    startWithLogin(other);
    DeliveryException failure =
        failure(() ->
            send(
                with(Security.STARTTLS, PASSWORD),
                Optional.of(other.authority()),
                Samples.message(Kind.OPENED)));

    assertThat(failure.hint().orElseThrow()).contains("certificate has to be valid for that host");
    assertThat(letters).isEmpty();
  }

  @Test
  void aWrongPasswordIsSaidSoAndNotShown() throws Exception {
    Certificates certificates = Certificates.of(directory, "dns:localhost,ip:127.0.0.1");
    startWithLogin(certificates);
    String wrong = "wr0ng-" + PASSWORD;
    DeliveryException failure =
        failure(() ->
            send(
                with(Security.STARTTLS, wrong),
                Optional.of(certificates.authority()),
                Samples.message(Kind.OPENED)));

    assertThat(failure).hasMessageContaining("535").matches(DeliveryException::isHopeless);
    assertThat(failure.getMessage() + failure.hint()).doesNotContain(PASSWORD);
    assertThat(failure).hasNoCause();
  }

  @Test
  void aServerThatSaysNothingIsLeft() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Email spec = at(silent.getLocalPort(), "ops@example.com");
      DeliveryException failure = failure(() -> send(spec, Samples.message(Kind.OPENED)));

      assertThat(failure).hasMessageContaining("timed out").matches(e -> !e.isHopeless());
    }
  }

  @Test
  void aServerThatIsFullForNowIsTriedAgain() throws Exception {
    server =
        new SMTPServer.Builder()
            .bindAddress(InetAddress.getLoopbackAddress())
            .port(0)
            .messageHandler((context, from, to, data) -> {
              throw new RejectException(452, "insufficient storage");
            })
            .build();
    server.start();
    DeliveryException failure =
        failure(() -> send(plain("ops@example.com"), Samples.message(Kind.OPENED)));

    assertThat(failure).hasMessageContaining("insufficient storage");
    assertThat(failure.isHopeless()).isFalse();
  }

  private Email plain(String... to) {
    return at(server.getPortAllocated(), to);
  }

  private static Email at(int port, String... to) {
    return new Email(
        "127.0.0.1", port, Security.NONE, Optional.empty(), "holdfast@example.com", List.of(to));
  }

  private Email with(Security security, String password) {
    return new Email(
        "127.0.0.1",
        server.getPortAllocated(),
        security,
        Optional.of(new Login("backup", secret(password))),
        "holdfast@example.com",
        List.of("ops@example.com"));
  }

  private Receipt send(Email spec, Message message) {
    return send(spec, Optional.empty(), message);
  }

  private Receipt send(Email spec, Optional<Path> authority, Message message) {
    return channels.open("mail", spec, authority).send(message);
  }
}

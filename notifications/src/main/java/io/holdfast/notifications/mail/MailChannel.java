package io.holdfast.notifications.mail;

import io.holdfast.notifications.Channel;
import io.holdfast.notifications.ChannelSpec.Email;
import io.holdfast.notifications.ChannelSpec.Email.Login;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.Message;
import io.holdfast.notifications.Receipt;
import io.holdfast.notifications.Wording;
import io.holdfast.notifications.http.Blackout;
import io.holdfast.vocabulary.Secret;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mail by SMTP. A recipient that the server refuses does not keep the others from theirs, and is
 * told as trouble.
 */
public final class MailChannel implements Channel {
  private static final int SUBJECT = 150;
  private static final int MOST = 24_000;

  private final String name;
  private final Email spec;
  private final Optional<Path> authority;
  private final Duration patience;

  /**
   * @param authority certificates (PEM) to trust in place of Java's
   * @param patience for one answer of the server
   */
  public MailChannel(String name, Email spec, Optional<Path> authority, Duration patience) {
    this.authority = authority;
    this.name = name;
    this.spec = spec;
    this.patience = patience;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String kind() {
    return "email";
  }

  @Override
  public Receipt send(Message message) {
    if (spec.login().isEmpty()) {
      return send(message, "", null);
    }
    Login login = spec.login().get();
    try (Secret secret = login.password().read()) {
      byte[] bytes = secret.bytes();
      try {
        return send(message, login.user(), new String(bytes, StandardCharsets.UTF_8));
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  private Receipt send(Message message, String user, @Nullable String password) {
    SmtpFailures failures =
        new SmtpFailures(spec, new Blackout(password == null ? List.of() : List.of(password)));
    Session session = Session.getInstance(properties(password != null));
    try (Transport transport = session.getTransport("smtp")) {
      transport.connect(spec.host(), spec.port(), user, password);
      MimeMessage mail = mail(session, message);
      try {
        transport.sendMessage(mail, mail.getAllRecipients());
        return Receipt.of("the server took it for " + recipients(mail.getAllRecipients()));
      } catch (SendFailedException e) {
        return partly(e, failures);
      }
    } catch (MessagingException e) {
      throw failures.of(e);
    }
  }

  private static Receipt partly(SendFailedException e, SmtpFailures failures)
      throws SendFailedException {
    Address[] sent = e.getValidSentAddresses();
    if (sent == null || sent.length == 0) {
      throw e;
    }
    List<Address> refused = new ArrayList<>();
    for (Address[] some :
        List.of(orNone(e.getInvalidAddresses()), orNone(e.getValidUnsentAddresses()))) {
      refused.addAll(List.of(some));
    }
    return new Receipt(
        "the server took it for " + recipients(sent),
        "not for " + recipients(refused.toArray(Address[]::new)) + ": " + failures.reason(e));
  }

  private static Address[] orNone(Address @Nullable [] addresses) {
    return addresses == null ? new Address[0] : addresses;
  }

  private static String recipients(Address[] addresses) {
    return Stream.of(addresses).map(Address::toString).collect(Collectors.joining(", "));
  }

  private Properties properties(boolean login) {
    Properties properties = new Properties();
    String millis = Long.toString(patience.toMillis());
    properties.put("mail.smtp.connectiontimeout", millis);
    properties.put("mail.smtp.timeout", millis);
    properties.put("mail.smtp.writetimeout", millis);
    properties.put("mail.smtp.auth", Boolean.toString(login));
    properties.put("mail.smtp.sendpartial", "true");
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
    properties.put("mail.smtp.quitwait", "false");
    switch (spec.security()) {
      case STARTTLS -> {
        properties.put("mail.smtp.starttls.enable", "true");
        properties.put("mail.smtp.starttls.required", "true");
      }
      case TLS -> properties.put("mail.smtp.ssl.enable", "true");
      case NONE -> {}
    }
    authority.ifPresent(file ->
        properties.put(
            "mail.smtp.ssl.socketFactory",
            io.holdfast.notifications.http.Trust.in(file).getSocketFactory()));
    return properties;
  }

  private MimeMessage mail(Session session, Message message) throws MessagingException {
    Wording wording = new Wording(message);
    MimeMessage mail = new MimeMessage(session);
    mail.setFrom(new InternetAddress(spec.from()));
    for (String to : spec.to()) {
      mail.addRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(to));
    }
    mail.setSubject(Cut.line("Holdfast " + wording.title(), SUBJECT), "UTF-8");
    mail.setSentDate(Date.from(message.at()));
    // Out-of-office robots answer nobody who says this.
    mail.setHeader("Auto-Submitted", "auto-generated");
    mail.setHeader("X-Auto-Response-Suppress", "All");
    if (message.problem().severity().compareTo(io.holdfast.notifications.Severity.ERROR) >= 0
        && message.kind() != Message.Kind.RECOVERED) {
      mail.setHeader("Importance", "high");
    }
    mail.setText(wording.title() + "\n\n" + wording.plain(MOST) + "\n", "UTF-8");
    return mail;
  }
}

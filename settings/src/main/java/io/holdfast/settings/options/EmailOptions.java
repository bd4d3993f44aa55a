package io.holdfast.settings.options;

import io.holdfast.settings.ChannelSettings.Email;
import io.holdfast.settings.ChannelSettings.Email.Security;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Type;
import io.holdfast.settings.binding.Types;
import io.holdfast.settings.binding.Values;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code notifications.channels.<name>.email}. */
final class EmailOptions {
  private static final Option<String> HOST =
      Option.required(
          "host",
          Types.text("a host", Pattern.compile("[A-Za-z0-9.:-]{1,253}"), host -> host),
          "smtp.example.com",
          "The mail server that takes mail from this machine.");

  private static final Option<Integer> PORT =
      Option.optional(
          "port",
          Types.number(1, 65_535),
          "587 with starttls, 465 with tls, 25 with none",
          "587",
          "Its port.");

  private static final Option<Security> SECURITY =
      Option.withDefault(
          "security",
          Types.word(Security.class),
          "starttls",
          "starttls: encrypted from the first command on, or nothing is sent; tls: from the first"
              + " byte; none: in clear, and then without a user.");

  private static final Option<String> USER =
      Option.optional(
          "user", Types.text("a name"), "no login", "holdfast@example.com", "Name for the login.");

  private static final SecretOptions PASSWORD =
      SecretOptions.to("password", "password of the user", "mail-password", ChatOptions.AGAIN);

  private static final Type<String> ADDRESS =
      Types.text(
          "a mail address such as ops@example.com",
          Pattern.compile("[^@\\s<>,;]+@[A-Za-z0-9.-]+"),
          address -> address);

  private static final Option<String> FROM =
      Option.required("from", ADDRESS, "holdfast@example.com", "The sender.");

  private static final Option<List<String>> TO =
      Option.required(
          "to",
          Types.listOf("a list of mail addresses", ADDRESS),
          "[ops@example.com]",
          "Who gets it.");

  static final Section<Email> SECTION =
      Section.checked(
          "Mail, by SMTP.",
          Stream.of(
                  List.<Option<?>>of(HOST, PORT, SECURITY, USER),
                  PASSWORD.options(),
                  List.<Option<?>>of(FROM, TO))
              .flatMap(List::stream)
              .toList(),
          EmailOptions::check,
          EmailOptions::make);

  private EmailOptions() {}

  private static void check(Values values) {
    if (!values.isGiven(USER)) {
      if (!PASSWORD.given(values).isEmpty()) {
        values.fault("expected 'user' with the password, found none");
      }
      return;
    }
    PASSWORD.checkOne(values);
    if (values.find(SECURITY).filter(Security.NONE::equals).isPresent()) {
      values.fault(SECURITY, "expected starttls or tls: a password is not sent in clear");
    }
  }

  private static Email make(Values values) {
    Security security = values.get(SECURITY);
    return new Email(
        values.get(HOST),
        values.find(PORT).orElse(usualPort(security)),
        security,
        values.find(USER),
        PASSWORD.find(values),
        values.get(FROM),
        values.get(TO));
  }

  private static int usualPort(Security security) {
    return switch (security) {
      case STARTTLS -> 587;
      case TLS -> 465;
      case NONE -> 25;
    };
  }
}

package io.holdfast.notifications.mail;

import io.holdfast.notifications.ChannelSpec.Email;
import io.holdfast.notifications.Cut;
import io.holdfast.notifications.DeliveryException;
import io.holdfast.notifications.http.Blackout;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** The words for what can go wrong with mail. */
final class SmtpFailures {
  private static final int SHOWN = 300;

  private final Email spec;
  private final Blackout blackout;

  SmtpFailures(Email spec, Blackout blackout) {
    this.spec = spec;
    this.blackout = blackout;
  }

  DeliveryException of(MessagingException e) {
    String what =
        "could not send mail through " + spec.host() + ":" + spec.port() + ": " + reason(e);
    if (e instanceof AuthenticationFailedException) {
      return DeliveryException.hopeless(
          what, "Look at the user and its password; many services want one made for programs.");
    }
    if (has(e, SSLException.class)) {
      return DeliveryException.passing(
          what,
          "The certificate has to be valid for that host. If it is a server of your own, name the"
              + " certificate of its authority with ca-file.");
    }
    if (has(e, SocketTimeoutException.class) || has(e, IOException.class)) {
      return DeliveryException.passing(
          what, "Look whether host, port and 'security' belong together, and for a firewall.");
    }
    int code = code(e);
    return code >= 500
        ? DeliveryException.hopeless(what, "The server's answer says what it does not like.")
        : DeliveryException.passing(what, "It is tried again by itself.");
  }

  /** What the server, or the network, said last; one line. */
  String reason(MessagingException e) {
    Throwable deepest = e;
    for (Throwable each = e; each != null; each = next(each)) {
      deepest = each;
    }
    String said = deepest.getMessage() == null ? "" : deepest.getMessage();
    String kind = deepest instanceof MessagingException ? "" : deepest.getClass().getSimpleName();
    String joined = kind.isEmpty() || said.isEmpty() ? kind + said : kind + ": " + said;
    return Cut.line(blackout.of(joined), SHOWN);
  }

  private static int code(MessagingException e) {
    for (Throwable each = e; each != null; each = next(each)) {
      if (each instanceof SMTPSendFailedException failed) {
        return failed.getReturnCode();
      }
      if (each instanceof SMTPAddressFailedException failed) {
        return failed.getReturnCode();
      }
    }
    return 0;
  }

  private static boolean has(MessagingException e, Class<? extends Throwable> kind) {
    for (Throwable each = e; each != null; each = next(each)) {
      if (kind.isInstance(each)) {
        return true;
      }
    }
    return false;
  }

  /** This library chains failures by a way of its own. */
  private static @org.jspecify.annotations.Nullable Throwable next(Throwable failure) {
    return failure instanceof MessagingException mail && mail.getNextException() != null
        ? mail.getNextException()
        : failure.getCause();
  }
}

package io.holdfast.notifications.http;

import io.holdfast.notifications.DeliveryException;
import java.time.Duration;

/** The words for what can go wrong with one request. */
final class Failures {
  private final String service;
  private final String host;
  private final Blackout blackout;

  Failures(String service, String host, Blackout blackout) {
    this.service = service;
    this.host = host;
    this.blackout = blackout;
  }

  private String what(String reason) {
    return "could not tell "
        + service
        + (host.isEmpty() ? "" : " (" + host + ")")
        + ": "
        + blackout.of(reason);
  }

  DeliveryException unusable() {
    return DeliveryException.hopeless(
        what("expected an address such as https://…, found something else"),
        "Look at what the secret of this channel holds: the whole address, and nothing more.");
  }

  DeliveryException inClear() {
    return DeliveryException.hopeless(
        what("expected an address that begins with https://, found http://"),
        "Everybody on the way would see it. Only to this machine itself http:// will do.");
  }

  DeliveryException silent(Duration patience) {
    return DeliveryException.passing(
        what("expected an answer within " + patience.toSeconds() + " s, found none"),
        "It is tried again. See whether this machine gets there at all: curl -v https://" + host);
  }

  DeliveryException interrupted() {
    return DeliveryException.passing(what("interrupted"), "It is tried again.");
  }

  DeliveryException unknownHost() {
    return DeliveryException.passing(
        what("no name server knows that host"),
        "Look for a slip of the pen in the address, and whether this machine can resolve names.");
  }

  DeliveryException unreachable() {
    return DeliveryException.passing(
        what("expected a connection, found that nobody answers there"),
        "Look whether a firewall is in the way: curl -v https://" + host);
  }

  DeliveryException untrusted(String reason) {
    return DeliveryException.passing(
        what("expected a certificate that can be trusted for that host, found none: " + reason),
        "If it is a server of your own, name the certificate of its authority with ca-file.");
  }

  DeliveryException broken(String reason) {
    return DeliveryException.passing(
        what("the connection broke: " + reason), "It is tried again by itself.");
  }

  DeliveryException refused(Answer answer, Duration pause) {
    int status = answer.status();
    String found = what("expected that it takes the message, found " + answer.line());
    if (status == 429 || (status == 503 && pause.isPositive())) {
      return DeliveryException.busy(found, pause);
    }
    if (status >= 500 || status == 408 || status == 425) {
      return DeliveryException.passing(found, "It is tried again by itself.");
    }
    if (status >= 300 && status < 400) {
      return DeliveryException.hopeless(
          found,
          "It sends us elsewhere, which is not followed: the address may be a secret. Write the new"
              + " address.");
    }
    return DeliveryException.hopeless(
        found,
        status == 401 || status == 403 || status == 404 || status == 410
            ? "The address or the token is not valid any more, or never was: make a new one there."
            : "Its answer says what it does not like.");
  }
}

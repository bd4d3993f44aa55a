package io.holdfast.notifications.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes secrets out of what others wrote: servers quote what they were sent. */
public final class Blackout {
  private static final String STARS = "********";

  /** Shorter parts of an address are words such as "services", and would black out half a page. */
  private static final int SHORTEST_PART = 12;

  private final List<String> secrets = new ArrayList<>();

  /**
   * @param secrets whole; of those that are addresses also the parts are taken out
   */
  public Blackout(List<String> secrets) {
    for (String secret : secrets) {
      add(secret);
      if (secret.contains("://")) {
        partsOf(secret);
      }
    }
    this.secrets.sort(Comparator.comparingInt(String::length).reversed());
  }

  private void partsOf(String address) {
    String behindHost = address.replaceFirst("^[a-zA-Z]+://[^/?#]*", "");
    add(behindHost);
    for (String part : behindHost.split("[/?&=#]", -1)) {
      if (part.length() >= SHORTEST_PART) {
        add(part);
      }
    }
  }

  private void add(String secret) {
    if (secret.length() > 1) {
      secrets.add(secret);
    }
  }

  public String of(String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean.replace(secret, STARS);
    }
    return clean;
  }

  /** The part of an address that is no secret; empty if there is none. */
  public static String host(String address) {
    try {
      String host = URI.create(address).getHost();
      return host == null ? "" : host;
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}

package io.holdfast.notifications.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request. Its address, and what is listed as secret, is shown nowhere.
 *
 * @param secrets texts that must not be seen, wherever they turn up: also parts of the address
 */
public record Outgoing(
    String method, String address, Map<String, String> headers, byte[] body, List<String> secrets) {
  public Outgoing {
    headers = Map.copyOf(headers);
    secrets = List.copyOf(secrets);
  }

  public static Outgoing post(String address, String contentType, String body) {
    return new Outgoing(
        "POST",
        address,
        Map.of("Content-Type", contentType),
        body.getBytes(StandardCharsets.UTF_8),
        List.of());
  }

  /** JSON to an address that is itself a secret. */
  public static Outgoing json(String address, String body) {
    return post(address, "application/json", body).hiding(address);
  }

  public Outgoing with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Outgoing(method, address, more, body, secrets);
  }

  public Outgoing hiding(String... texts) {
    List<String> more = new java.util.ArrayList<>(secrets);
    more.addAll(List.of(texts));
    return new Outgoing(method, address, headers, body, more);
  }

  @Override
  public String toString() {
    return method + " ********";
  }
}

package io.holdfast.repository;

import java.util.Map;

/**
 * The head of a sealed object.
 *
 * @param sha256 of the content, lower-case hex
 */
public record SealedObject(
    String name, long length, String sha256, Map<String, String> attributes) {
  public SealedObject {
    attributes = Map.copyOf(attributes);
  }
}

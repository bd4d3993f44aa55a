package io.holdfast.service;

/**
 * What something is about that the service tells.
 *
 * @param cluster empty for what concerns none alone
 * @param key stable; together with the cluster it is the identity
 * @param words for people
 */
public record Matter(String cluster, String key, String words) {
  static Matter ofAll(String key, String words) {
    return new Matter("", key, words);
  }
}

package io.holdfast.operations.retention;

import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.RepositoryDamagedException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** When a cluster was last pruned: the document "prune", {@code {"at": "…"}}. */
public final class LastPrune {
  private static final String DOCUMENT = "prune";
  private static final JsonMapper MAPPER = new JsonMapper();

  private LastPrune() {}

  /** Empty if it never was, or nobody knows. */
  public static Optional<Instant> of(ClusterArchive cluster) {
    try {
      return cluster.document(DOCUMENT).flatMap(LastPrune::parse);
    } catch (RepositoryDamagedException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> parse(byte[] text) {
    try {
      return Optional.of(Instant.parse(MAPPER.readTree(text).path("at").asString("")));
    } catch (JacksonException | DateTimeException e) {
      return Optional.empty();
    }
  }

  static void is(ClusterArchive cluster, Instant now) {
    String text = MAPPER.createObjectNode().put("at", now.toString()).toString();
    cluster.putDocument(DOCUMENT, text.getBytes(StandardCharsets.UTF_8));
  }
}

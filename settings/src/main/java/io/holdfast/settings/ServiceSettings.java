package io.holdfast.settings;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * How {@code holdfast serve} works.
 *
 * @param jobs how many scheduled jobs run at once on one machine
 * @param nodes where several nodes share work; empty: through the repository
 * @param metrics empty: nobody is answered
 * @param api likewise
 */
public record ServiceSettings(
    int jobs, Optional<Nodes> nodes, Optional<Metrics> metrics, Optional<ApiSettings> api) {
  /**
   * @param connection to a database that all nodes reach, as libpq writes it
   */
  public record Nodes(String connection) {}

  /**
   * @param listen where scrapes are answered
   * @param every how often everything is looked at
   */
  public record Metrics(InetSocketAddress listen, Duration every) {}
}

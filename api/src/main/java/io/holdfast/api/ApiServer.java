package io.holdfast.api;

import io.holdfast.api.answer.Answers;
import io.holdfast.api.http.HttpFront;
import io.holdfast.api.http.Limits;
import java.net.InetSocketAddress;
import java.time.InstantSource;

/** Answers programs over HTTP until it is closed; then none of its threads is left. */
public final class ApiServer implements AutoCloseable {
  private final HttpFront front;
  private final boolean encrypted;

  private ApiServer(HttpFront front, boolean encrypted) {
    this.front = front;
    this.encrypted = encrypted;
  }

  /**
   * @param version of the program
   * @throws io.holdfast.vocabulary.HoldfastException (usage) if the address cannot be listened on,
   *     or certificate and key cannot be used
   */
  public static ApiServer start(
      Entrance entrance, Fleet fleet, Timetable timetable, String version, InstantSource clock) {
    return start(entrance, fleet, timetable, version, clock, Limits.USUAL);
  }

  static ApiServer start(
      Entrance entrance,
      Fleet fleet,
      Timetable timetable,
      String version,
      InstantSource clock,
      Limits limits) {
    Answers answers = new Answers(fleet, timetable, entrance.notes(), clock);
    return new ApiServer(
        HttpFront.start(entrance, answers.routes(), version, limits), entrance.tls().isPresent());
  }

  /** Where it listens; the port that was given to it, if it asked for any. */
  public InetSocketAddress address() {
    return front.address();
  }

  /** As it is typed, without what follows. */
  public String url() {
    InetSocketAddress at = address();
    String host = at.getAddress().getHostAddress();
    return (encrypted ? "https://" : "http://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + at.getPort()
        + Answers.ROOT;
  }

  @Override
  public void close() {
    front.close();
  }
}

package io.holdfast.repository.format;

import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.storage.ObjectKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A lease, format 1: JSON in clear, created if absent, replaced and deleted only on the condition
 * that it still is what was read.
 *
 * <pre>
 * format     1
 * token      UUID, new with every acquisition
 * host       host name, for people
 * machine    what tells the host from others, "" where nothing does
 * boot       id of the running kernel, "" unknown
 * pidSpace   the process-id namespace, "" unknown
 * pid
 * started    start time of the process in ticks since boot, "" unknown
 * purpose    for people
 * acquired   UTC
 * expires    UTC; moved on by the holder while it lives
 * </pre>
 */
public final class LeaseFormat {
  private static final int VERSION = 1;

  private LeaseFormat() {}

  /** A process, as far as others on the same host can find it. */
  public record HostProcess(
      String host, String machine, String boot, String pidSpace, long pid, String started) {}

  /** The content. */
  public record Content(
      UUID token, HostProcess process, String purpose, Instant acquired, Instant expires) {
    public Content until(Instant later) {
      return new Content(token, process, purpose, acquired, later);
    }
  }

  public static byte[] encode(Content content) {
    HostProcess process = content.process;
    ObjectNode json = JsonText.newObject();
    json.put("format", VERSION);
    json.put("token", content.token.toString());
    json.put("host", process.host);
    json.put("machine", process.machine);
    json.put("boot", process.boot);
    json.put("pidSpace", process.pidSpace);
    json.put("pid", process.pid);
    json.put("started", process.started);
    json.put("purpose", content.purpose);
    json.put("acquired", content.acquired.toString());
    json.put("expires", content.expires.toString());
    return JsonText.readable(json);
  }

  public static Content decode(byte[] text, ObjectKey key) {
    try {
      JsonText json = JsonText.parse(text);
      HostProcess process =
          new HostProcess(
              json.string("host"),
              word(json, "machine"),
              word(json, "boot"),
              word(json, "pidSpace"),
              json.number("pid"),
              word(json, "started"));
      return new Content(
          json.uuid("token"),
          process,
          json.string("purpose"),
          json.instant("acquired"),
          json.instant("expires"));
    } catch (MalformedException e) {
      throw new RepositoryDamagedException(
          "could not read the lease " + key + ": " + e.getMessage(),
          "A lease holds nothing: when nobody works with the repository, delete that object.",
          e);
    }
  }

  private static String word(JsonText json, String field) {
    Optional<String> word = json.optionalString(field);
    return word.orElse("");
  }
}

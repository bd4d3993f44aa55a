package io.holdfast.operations.dumping;

import io.holdfast.operations.backup.SecretSettings;
import io.holdfast.operations.logical.LogicalFiles;
import io.holdfast.postgres.ClientPrograms;
import io.holdfast.postgres.ClientPrograms.Program;
import io.holdfast.postgres.ClientRun;
import io.holdfast.postgres.DumpSource;
import io.holdfast.postgres.DumpSource.RoleSetting;
import io.holdfast.postgres.DumpSource.SettingsFile;
import io.holdfast.postgres.PostgresException;
import io.holdfast.postgres.ServerSession.Setting;
import io.holdfast.repository.StoredFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What belongs to no database: roles, tablespaces, settings. Used by one thread. */
final class Beside {
  /** It writes this last, whatever its options are (pg_dumpall.c). */
  private static final String GLOBALS_END = "PostgreSQL database cluster dump complete";

  private final ChunkQueue queue;
  private final Gathering gathering;
  private final Instant moment;
  private final List<StoredFile> files = new ArrayList<>();

  Beside(ChunkQueue queue, Instant moment) {
    this.queue = queue;
    this.gathering = new Gathering(queue);
    this.moment = moment;
  }

  /** Roles and tablespaces, as SQL. */
  void saveGlobals(
      ClientPrograms clients, LogicalRequest request, String application, boolean passwords) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--globals-only",
                "--no-password",
                "--lock-wait-timeout=" + request.lockTimeout().toMillis()));
    String database = request.connection().parameters().get("dbname");
    if (database != null) {
      arguments.add("--database=" + database);
    }
    if (!passwords) {
      arguments.add("--no-role-passwords");
    }
    try (ClientRun run =
        clients.start(
            Program.PG_DUMPALL,
            arguments,
            request.connection().with("application_name", application),
            request.stallTimeout())) {
      String word = passwords ? "included" : "omitted";
      Ending output = new Ending(run.output());
      save(LogicalFiles.GLOBALS, output, Map.of("passwords", word));
      run.await();
      output.require(GLOBALS_END);
    } catch (IOException e) {
      throw new PostgresException("could not read from pg_dumpall: " + e.getMessage(), null, e);
    }
  }

  /** Remembers the last bytes. */
  private static final class Ending extends FilterInputStream {
    private static final int KEPT = 1024;
    private String end = "";

    Ending(InputStream from) {
      super(from);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int got = super.read(bytes, offset, length);
      if (got > 0) {
        int kept = Math.min(got, KEPT);
        end += new String(bytes, offset + got - kept, kept, StandardCharsets.ISO_8859_1);
        end = end.substring(Math.max(0, end.length() - KEPT));
      }
      return got;
    }

    void require(String words) {
      if (!end.contains(words)) {
        throw new PostgresException(
            "pg_dumpall failed: expected '"
                + words
                + "' at the end of its output, found no such line",
            "It ended too soon and said that all is well: is another program in its place?",
            null);
      }
    }
  }

  void saveSettings(DumpSource source, Consumer<String> notSaved) {
    Set<String> taken = new HashSet<>();
    taken.add(LogicalFiles.SETTINGS_JSON);
    for (SettingsFile file : source.settingsFiles(notSaved)) {
      String path = freePath(file.name(), taken);
      save(path, file.content(), Map.of("setting", file.setting(), "location", file.location()));
    }
    save(LogicalFiles.SETTINGS_JSON, json(source), Map.of());
  }

  /** Files of several directories may have one name. */
  private static String freePath(String name, Set<String> taken) {
    String plain = name.replaceAll("[^ -~]", "_");
    String path = LogicalFiles.SETTINGS + "/" + plain;
    for (int i = 2; !taken.add(path); i++) {
      path = LogicalFiles.SETTINGS + "/" + i + "-" + plain;
    }
    return path;
  }

  private static byte[] json(DumpSource source) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ArrayNode settings = root.putArray("settings");
    for (Setting each : SecretSettings.without(source.settings())) {
      settings
          .addObject()
          .put("name", each.name())
          .put("value", each.value())
          .put("unit", each.unit())
          .put("source", each.source())
          .put("pendingRestart", each.pendingRestart());
    }
    ArrayNode roles = root.putArray("roles");
    for (RoleSetting each : source.roleSettings()) {
      ArrayNode said =
          roles
              .addObject()
              .put("role", each.role())
              .put("database", each.database())
              .putArray("settings");
      each.settings().forEach(said::add);
    }
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
  }

  private void save(String path, byte[] content, Map<String, String> attributes) {
    FileUnderWay file = new FileUnderWay();
    for (int at = 0; at < content.length; at += ChunkQueue.CHUNK) {
      gathering.append(content, at, Math.min(ChunkQueue.CHUNK, content.length - at), file);
    }
    finish(path, file, attributes);
  }

  private void save(String path, InputStream content, Map<String, String> attributes)
      throws IOException {
    FileUnderWay file = new FileUnderWay();
    byte[] buffer = new byte[64 << 10];
    for (int got = content.read(buffer); got >= 0; got = content.read(buffer)) {
      if (got > 0) {
        gathering.append(buffer, 0, got, file);
      }
    }
    finish(path, file, attributes);
  }

  private void finish(String path, FileUnderWay file, Map<String, String> attributes) {
    gathering.flush();
    files.add(file.finish(path, moment, attributes));
  }

  /** In path order, durable. */
  List<StoredFile> finished() {
    queue.finish();
    files.sort(Comparator.comparing(StoredFile::path, StoredFile.PATH_ORDER));
    return files;
  }
}

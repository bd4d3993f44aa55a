package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.ConfigFile;
import io.holdfast.postgres.ServerSession.Setting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of a restored data directory: {@code postgresql.conf} with nothing in it that
 * leads elsewhere, {@code postgresql.auto.conf} with our settings last (they win), and what was
 * kept outside of the data directory at the source.
 */
final class ConfigWriter {
  /** Settings that would make a server started here use files that lie elsewhere. */
  private static final Set<String> LEADS_ELSEWHERE =
      Set.of("data_directory", "hba_file", "ident_file", "config_file", "external_pid_file");

  /** Where a setting came from that belongs into a configuration file. */
  private static final Set<String> CONFIGURED =
      Set.of("configuration file", "command line", "environment variable");

  private static final String OURS = "holdfast restore";

  /** How the line begins that stands above our settings. */
  static final String HEADING = "# " + OURS + ": ";

  private static final String LOCAL_ONLY =
      """
      # The backup has no pg_hba.conf. Local connections only.
      local   all             all                                     peer
      host    all             all             127.0.0.1/32            scram-sha-256
      host    all             all             ::1/128                 scram-sha-256
      """;

  private final Path directory;
  private final PhysicalDetails details;
  private final Ownership ownership;
  private final FileOwner owner;
  private final Map<String, byte[]> outside;

  /**
   * @param outside content of the configuration files that lay outside, by their stored path
   */
  ConfigWriter(
      Path directory,
      PhysicalDetails details,
      Ownership ownership,
      FileOwner owner,
      Map<String, byte[]> outside) {
    this.directory = directory;
    this.details = details;
    this.ownership = ownership;
    this.owner = owner;
    this.outside = Map.copyOf(outside);
  }

  /** Durable only when the directory is synced after it. */
  void write(Map<String, String> settings, String signalFile, String about) throws IOException {
    writeMain();
    writeAuto(settings, about);
    writeCompanion("hba_file", "pg_hba.conf", LOCAL_ONLY);
    writeCompanion("ident_file", "pg_ident.conf", "# The backup has no pg_ident.conf.\n");
    put(signalFile, "");
  }

  private void writeMain() throws IOException {
    Path path = directory.resolve("postgresql.conf");
    boolean outsideConfig = companion("config_file").isPresent();
    if (outsideConfig || !Files.exists(path)) {
      ConfigText text = new ConfigText("");
      text.append(
          "# " + OURS + ": the source's file lay outside of its data directory. Made from its");
      text.append("# settings as they were in force when the backup was made.");
      text.append(bytes(configured()));
      put("postgresql.conf", text.toString());
      return;
    }
    new MainConfig(
            directory,
            name -> LEADS_ELSEWHERE.contains(name) || RecoverySettings.LEFTOVERS.contains(name),
            OURS,
            this::put)
        .clean(path);
  }

  private Map<String, String> configured() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Setting setting : details.settings()) {
      if (CONFIGURED.contains(setting.source())
          && !LEADS_ELSEWHERE.contains(setting.name())
          && !RecoverySettings.LEFTOVERS.contains(setting.name())) {
        settings.put(setting.name(), setting.value());
      }
    }
    return settings;
  }

  private void writeAuto(Map<String, String> settings, String about) throws IOException {
    Path path = directory.resolve("postgresql.auto.conf");
    ConfigText text =
        new ConfigText(
            Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "");
    text.commentOut(RecoverySettings.LEFTOVERS::contains, OURS);
    text.append(bytes(HEADING + about));
    text.append(bytes(settings));
    put("postgresql.auto.conf", text.toString());
  }

  private void writeCompanion(String setting, String name, String otherwise) throws IOException {
    Optional<byte[]> content = companion(setting);
    if (content.isPresent()) {
      put(name, new String(content.get(), StandardCharsets.ISO_8859_1));
    } else if (!Files.exists(directory.resolve(name))) {
      put(name, otherwise);
    }
  }

  private Optional<byte[]> companion(String setting) {
    return details.configFiles().stream()
        .filter(file -> file.setting().equals(setting))
        .map(ConfigFile::storedAs)
        .filter(outside::containsKey)
        .map(outside::get)
        .findFirst();
  }

  /**
   * Lays the source's outside files beside, for whoever takes its place and wants them back where
   * they were.
   */
  void keepOutsideFiles() throws IOException {
    for (ConfigFile file : details.configFiles()) {
      byte[] content = outside.get(file.storedAs());
      if (content != null) {
        Path path = RawPath.below(directory, file.storedAs());
        Files.createDirectories(
            path.resolveSibling(""),
            PosixFilePermissions.asFileAttribute(Ownership.permissions(0700)));
        ownership.give(path.resolveSibling(""), owner.user(), owner.group());
        put(path, content);
      }
    }
  }

  /** Replaces whatever lies there. */
  void put(String name, String latin1) throws IOException {
    put(name, latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  void put(String name, byte[] content) throws IOException {
    put(directory.resolve(name), content);
  }

  private void put(Path path, byte[] content) throws IOException {
    Path temporary = path.resolveSibling("holdfast.new");
    Files.deleteIfExists(temporary);
    try (var channel =
        Files.newByteChannel(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(Ownership.permissions(0600)))) {
      // A full disk takes a part and says nothing until it is asked to take the rest.
      for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
        channel.write(rest);
      }
    }
    ownership.give(temporary, owner.user(), owner.group());
    DiskSync.one(temporary);
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static Map<String, String> bytes(Map<String, String> settings) {
    Map<String, String> converted = new LinkedHashMap<>();
    settings.forEach((name, value) -> converted.put(name, bytes(value)));
    return converted;
  }
}

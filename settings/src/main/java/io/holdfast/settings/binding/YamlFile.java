package io.holdfast.settings.binding;

import io.holdfast.settings.RunCheck;
import io.holdfast.settings.SettingsException;
import io.holdfast.settings.SettingsFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** A YAML file as a tree of nodes that know their line and column. No object is made from tags. */
public final class YamlFile {
  private final Path file;
  private final RunCheck commands;

  public YamlFile(Path file, RunCheck commands) {
    this.file = file;
    this.commands = commands;
  }

  /**
   * @throws SettingsException with every fault
   */
  public <T> T read(byte[] content, Section<T> root) {
    Path directory = file.toAbsolutePath().getParent();
    Node tree = tree(content);
    Reading reading = Reading.of(directory == null ? Path.of("/") : directory, tree, commands);
    Optional<T> read = root.read(tree, reading);
    if (reading.count() > 0) {
      throw new SettingsException(file, reading.faults());
    }
    return read.orElseThrow();
  }

  /** A tree that is known to be right. */
  static Node node(String yaml) {
    return compose(yaml).orElseThrow();
  }

  private Node tree(byte[] content) {
    try {
      return compose(decode(content)).orElseThrow(() -> broken(1, 1, "the file is empty"));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine()).orElse(0) + 1;
      int column = e.getProblemMark().map(mark -> mark.getColumn()).orElse(0) + 1;
      throw broken(line, column, "not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw broken(1, 1, "not YAML: " + e.getMessage());
    } catch (StackOverflowError e) {
      // The engine descends by recursion and knows no limit; nothing it built is used.
      throw broken(1, 1, "not a configuration: it is nested too deeply");
    }
  }

  private static Optional<Node> compose(String yaml) {
    return new Compose(LoadSettings.builder().setAllowNonScalarKeys(true).build())
        .composeString(yaml);
  }

  private String decode(byte[] content) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw broken(1, 1, "expected UTF-8, found other bytes");
    }
  }

  private SettingsException broken(int line, int column, String message) {
    return new SettingsException(file, List.of(new SettingsFault(line, column, "", message)));
  }
}

package io.holdfast.settings.document;

import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.options.HoldfastYaml;
import java.util.List;
import java.util.Map;

/**
 * A file with every option and its meaning. Options without an answer stand there commented out,
 * with their default or an example, so that taking away the '#' is all it needs.
 */
public final class Template {
  private static final int WIDTH = 96;

  private final Map<String, String> answers;
  private final String name;
  private final StringBuilder text = new StringBuilder();

  private Template(Map<String, String> answers, String name) {
    this.answers = answers;
    this.name = name;
  }

  /**
   * @param answers YAML texts by option, such as {@code repository.path}
   * @param name of the one cluster
   */
  public static String filled(Map<String, String> answers, String name) {
    Template template = new Template(answers, name);
    template.comment(
        "",
        "Configuration of Holdfast. Every option is described in docs/configuration.md; docs/holdfast.schema.json lets an editor help.");
    template.options(HoldfastYaml.ROOT.options(), "", "", false);
    return template.text.toString();
  }

  private void options(List<Option<?>> options, String path, String indent, boolean muted) {
    for (Option<?> option : options) {
      String below = path.isEmpty() ? option.name() : path + "." + option.name();
      if (path.isEmpty()) {
        text.append('\n');
      }
      comment(indent, option.meaning());
      switch (option.type()) {
        case Section<?> inner when isShownOnOneLine(option, muted) ->
            line(indent, true, option.name() + ": " + option.example());
        case Section<?> inner -> {
          boolean mute = muted || !answered(below, option);
          line(indent, mute, option.name() + ":");
          options(inner.options(), below, indent + "  ", mute);
        }
        case Named<?, ?> named -> {
          boolean mute = muted || !answered(below, option);
          String entry = option.example().isEmpty() ? name : option.example();
          line(indent, mute, option.name() + ":");
          line(indent + "  ", mute, entry + ":");
          options(
              mute ? plain(named.section()) : named.section().options(),
              below + "." + entry,
              indent + "    ",
              mute);
        }
        default -> value(option, below, indent, muted);
      }
    }
  }

  /**
   * An example of a section that nobody asked for shows no sections within it, but those that have
   * an example of their own: something that is complete without its hashes.
   */
  private static List<Option<?>> plain(Section<?> section) {
    return section.options().stream()
        .filter(option -> !(option.type() instanceof Section) || isShownOnOneLine(option, true))
        .toList();
  }

  private static boolean isShownOnOneLine(Option<?> option, boolean muted) {
    return muted && option.example().length() > 2 && option.type() instanceof Section;
  }

  private void value(Option<?> option, String path, String indent, boolean muted) {
    String answer = answers.get(path);
    String shown = answer == null ? Yaml.value(option.example()) : answer;
    line(indent, muted || answer == null, option.name() + ": " + shown);
  }

  /**
   * A section that may be left out is left out when nothing in it was answered. Below another one
   * its heading stays, where all of it has defaults; at the margin it does not, so that whoever
   * puts a block of the documentation at the end of the file gives no section twice.
   */
  private boolean answered(String path, Option<?> option) {
    return option.presence() instanceof Option.Presence.Required
        || (option.presence() instanceof Option.Presence.Default && path.contains("."))
        || answers.keySet().stream().anyMatch(answer -> answer.startsWith(path + "."));
  }

  private void line(String indent, boolean muted, String content) {
    text.append(indent).append(muted ? "#" : "").append(content).append('\n');
  }

  private void comment(String indent, String sentences) {
    StringBuilder line = new StringBuilder();
    for (String word : sentences.split(" ", -1)) {
      if (line.length() > 0 && indent.length() + line.length() + word.length() + 3 > WIDTH) {
        text.append(indent).append("# ").append(line).append('\n');
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    text.append(indent).append("# ").append(line).append('\n');
  }
}

package io.holdfast.settings.document;

import io.holdfast.settings.binding.Named;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Option.Presence;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.options.HoldfastYaml;

/** The page that describes every option. */
public final class ReferencePage {
  private static final String INTRODUCTION =
      """
      # Configuration

      <!-- Made from the options that the program declares. To change it, change them, then run:
           mvn -pl settings -am test -Dtest=GeneratedDocumentsTest -Dholdfast.write-documents=true -Dsurefire.failIfNoSpecifiedTests=false -->

      `holdfast init` writes a first `holdfast.yaml` with every option and its meaning. Holdfast takes the
      first of these that is given or exists:

      1. `--config FILE`
      2. `$HOLDFAST_CONFIG`
      3. `./holdfast.yaml`, which has to belong to you or to root
      4. `~/.config/holdfast/holdfast.yaml`
      5. `/etc/holdfast/holdfast.yaml`

      The file is YAML 1.2. Everything wrong with it is reported at once, with line and column. An option that
      is not known is an error, never ignored. [holdfast.schema.json](holdfast.schema.json) lets an editor check
      and complete it. As the file names commands that are run, it must not be writable by everybody.

      * A **duration** is a whole number with one of `s`, `m`, `h`, `d`, `w`: `5s`, `10m`, `2h`, `7d`, `4w`.
      * A **size** is a whole number with an optional unit that counts in powers of 1024: `8192`, `64MiB`, `2GB`.
      * A **path** that is not absolute is taken from the directory of the file. `~` and `${…}` are not expanded.
      """;

  private final StringBuilder text = new StringBuilder(INTRODUCTION);

  private ReferencePage() {}

  public static String text() {
    ReferencePage page = new ReferencePage();
    page.sections(HoldfastYaml.ROOT, "");
    return page.text.toString();
  }

  private void sections(Section<?> section, String path) {
    for (Option<?> option : section.options()) {
      String below = path.isEmpty() ? option.name() : path + "." + option.name();
      switch (option.type()) {
        case Section<?> inner -> section(inner, below, option.meaning());
        case Named<?, ?> named -> section(named.section(), below + ".<name>", option.meaning());
        default -> {}
      }
    }
  }

  private void section(Section<?> section, String path, String meaning) {
    text.append("\n## `").append(path).append("`\n\n").append(meaning).append('\n');
    text.append("\n| Option | Value | Default | Meaning |\n|---|---|---|---|\n");
    for (Option<?> option : section.options()) {
      text.append("| `").append(option.name()).append("` | ");
      text.append(cell(value(option))).append(" | ");
      text.append(cell(byDefault(option))).append(" | ");
      text.append(cell(option.type() instanceof Section ? "See below." : option.meaning()));
      text.append(" |\n");
    }
    sections(section, path);
  }

  private static String value(Option<?> option) {
    if (option.type() instanceof Section) {
      return "section";
    }
    String example =
        option.presence() instanceof Presence.Default ? "" : ": `" + option.example() + "`";
    return option.type().word() + example;
  }

  private static String byDefault(Option<?> option) {
    return switch (option.presence()) {
      case Presence.Required() -> "**required**";
      case Presence.Default(String given) when option.type() instanceof Section -> "";
      case Presence.Default(String given) -> "`" + given + "`";
      case Presence.Optional(String otherwise) -> otherwise;
    };
  }

  private static String cell(String content) {
    return content.replace("|", "\\|");
  }
}

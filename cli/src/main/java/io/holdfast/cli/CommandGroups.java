package io.holdfast.cli;

import io.holdfast.cli.command.CommandGroup;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Shows the commands under headings instead of as one long list. */
final class CommandGroups {
  private CommandGroups() {}

  static void arrange(CommandLine line, List<CommandGroup> groups) {
    line.setHelpSectionKeys(
        List.of(
            UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING,
            UsageMessageSpec.SECTION_KEY_SYNOPSIS,
            UsageMessageSpec.SECTION_KEY_DESCRIPTION,
            UsageMessageSpec.SECTION_KEY_COMMAND_LIST,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING,
            UsageMessageSpec.SECTION_KEY_OPTION_LIST,
            UsageMessageSpec.SECTION_KEY_FOOTER_HEADING,
            UsageMessageSpec.SECTION_KEY_FOOTER));
    line.getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> render(help, groups));
  }

  private static String render(Help help, List<CommandGroup> groups) {
    Map<String, Help> all = help.subcommands();
    int width = all.keySet().stream().mapToInt(String::length).max().orElse(0) + 2;
    StringBuilder text = new StringBuilder();
    for (CommandGroup group : groups) {
      text.append(String.format("%n%s:%n", group.heading()));
      for (Object command : group.commands()) {
        String name = CommandLine.Model.CommandSpec.forAnnotatedObject(command).name();
        Help own = all.get(name);
        if (own != null) {
          text.append("  ").append(name).append(" ".repeat(width - name.length()));
          text.append(own.commandSpec().usageMessage().description()[0]).append('\n');
        }
      }
    }
    return text.toString();
  }
}

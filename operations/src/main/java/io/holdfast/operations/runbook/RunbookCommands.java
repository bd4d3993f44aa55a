package io.holdfast.operations.runbook;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands of one section of a runbook, as they stand on the page: the lines of its first block
 * of {@code sh}. Reads what {@link RunbookPage} writes: {@code NAME=word}, {@code holdfast …},
 * single and double quotes, {@code $NAME}, remarks after {@code #}.
 */
public final class RunbookCommands {
  private static final String PROGRAM = "holdfast";

  private RunbookCommands() {}

  /**
   * @param instead values of variables, in place of those on the page
   * @return each command's words after the program's name
   * @throws HoldfastException (no) if the page has no such section, or no commands in it
   */
  public static List<List<String>> of(String page, Disaster disaster, Map<String, String> instead) {
    Map<String, String> variables = new HashMap<>();
    List<List<String>> commands = new ArrayList<>();
    for (String line : block(page, disaster)) {
      List<String> words = words(line, variables);
      if (words.isEmpty()) {
        continue;
      }
      String first = words.getFirst();
      int equals = first.indexOf('=');
      if (first.equals(PROGRAM)) {
        commands.add(words.subList(1, words.size()));
      } else if (equals > 0 && words.size() == 1) {
        String name = first.substring(0, equals);
        variables.put(name, instead.getOrDefault(name, first.substring(equals + 1)));
      } else {
        throw unfit(disaster, "expected a command of holdfast, found: " + line);
      }
    }
    if (commands.isEmpty()) {
      throw unfit(disaster, "expected commands, found none");
    }
    return commands;
  }

  private static List<String> block(String page, Disaster disaster) {
    List<String> block = new ArrayList<>();
    boolean section = false;
    boolean open = false;
    for (String line : page.split("\n", -1)) {
      if (open && line.equals("```")) {
        return block;
      } else if (open) {
        block.add(line);
      } else if (line.startsWith("## ")) {
        section = line.endsWith("(" + disaster.word() + ")");
      } else if (section && line.equals("```sh")) {
        open = true;
      }
    }
    throw unfit(disaster, "expected a section with a block of commands, found none");
  }

  private static List<String> words(String line, Map<String, String> variables) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == '\'' ? c != '\'' : quote == '"' && c != '"' && c != '$') {
        word.append(c);
      } else if (c == '$' && quote != '\'') {
        int end = i + 1;
        while (end < line.length() && Character.isJavaIdentifierPart(line.charAt(end))) {
          end++;
        }
        word.append(variables.getOrDefault(line.substring(i + 1, end), ""));
        begun = true;
        i = end - 1;
      } else if (quote != 0) {
        quote = 0;
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true;
      } else if (c == '\\' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
        begun = true;
      } else if (c == ' ' || (c == '#' && !begun)) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
        if (c == '#') {
          return words;
        }
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }

  private static HoldfastException unfit(Disaster disaster, String found) {
    return new HoldfastException(
        ExitStatus.NO,
        "could not rehearse " + disaster.word() + " from the runbook: " + found,
        "`holdfast runbook` prints the page.");
  }
}

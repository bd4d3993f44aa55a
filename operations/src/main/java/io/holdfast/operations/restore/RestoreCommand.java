package io.holdfast.operations.restore;

import java.util.List;
import java.util.regex.Pattern;

/** The value of restore_command: words for a shell, with the percent signs the server replaces. */
final class RestoreCommand {
  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_./:=@+-]+");

  private RestoreCommand() {}

  /** The words, then the name of the wanted file and where it is to go. */
  static String of(List<String> words) {
    StringBuilder command = new StringBuilder();
    for (String word : words) {
      command.append(shellWord(word).replace("%", "%%")).append(' ');
    }
    return command.append("\"%f\" \"%p\"").toString();
  }

  private static String shellWord(String word) {
    return PLAIN_WORD.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}

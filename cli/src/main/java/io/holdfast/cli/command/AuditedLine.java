package io.holdfast.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command line as it may be kept. Secrets do not belong there in the first place; what looks like
 * one is left out all the same.
 */
final class AuditedLine {
  private static final int LONGEST = 4000;
  private static final String HIDDEN = "…";
  private static final String RUN = "--run-id=";
  private static final Pattern NAMED =
      Pattern.compile(
          "(?i)([\\w-]*(?:password|passwd|passphrase|secret|token|credential)[\\w-]*\\s*=\\s*)"
              + "(?:'(?:[^'\\\\]|\\\\.)*'?|\"[^\"]*\"?|[^\\s&]+)");
  private static final Pattern IN_ADDRESS = Pattern.compile("(://[^:/@\\s]*):[^@/\\s]*@");
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  /** Names and places of secrets, not secrets. */
  private static final Pattern REFERENCE = Pattern.compile("--passphrase-(file|env)=.*");

  private AuditedLine() {}

  static String of(List<String> words) {
    List<String> shown = new ArrayList<>(List.of("holdfast"));
    boolean hideNext = false;
    for (String word : words) {
      if (!word.startsWith(RUN)) {
        shown.add(hideNext ? HIDDEN : quoted(harmless(word)));
      }
      hideNext = word.equals("--passphrase-command");
    }
    String line = String.join(" ", shown);
    return line.length() > LONGEST ? line.substring(0, LONGEST) + HIDDEN : line;
  }

  private static String harmless(String word) {
    String address = IN_ADDRESS.matcher(word).replaceAll("$1:" + HIDDEN + "@");
    return REFERENCE.matcher(word).matches()
        ? address
        : NAMED.matcher(address).replaceAll("$1" + HIDDEN);
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word.replace(HIDDEN, "")).matches()
        ? word
        : "'" + word.replace("'", "'\\''") + "'";
  }
}

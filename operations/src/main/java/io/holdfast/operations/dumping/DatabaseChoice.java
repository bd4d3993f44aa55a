package io.holdfast.operations.dumping;

import io.holdfast.postgres.DumpSource.Database;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which databases are dumped. A name or pattern that means none is a mistake and never an empty
 * backup. Templates are dumped only by their own name.
 */
record DatabaseChoice(List<String> wanted, List<String> exclude) {
  /**
   * @param there by name
   * @param notSaved told of databases that the role may not connect to, where nobody named them
   * @throws HoldfastException (usage, refused) if a pattern means nothing, or what it means cannot
   *     be dumped, or nothing is left
   */
  List<Database> of(List<Database> there, Consumer<String> notSaved) {
    wanted.forEach(pattern -> requireMeansSome(pattern, there));
    exclude.forEach(pattern -> requireMeansSome(pattern, there));
    List<Database> chosen = new ArrayList<>();
    for (Database database : there) {
      if (isWanted(database) && exclude.stream().noneMatch(each -> fits(each, database.name()))) {
        if (database.permitted()) {
          chosen.add(database);
        } else {
          notSaved.accept("database " + database.name() + ": the role may not connect to it");
        }
      }
    }
    if (chosen.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take a logical backup: no database is left to dump of " + names(there),
          "Choose with --database and --exclude, or with 'logical:' in the configuration.");
    }
    return chosen;
  }

  private boolean isWanted(Database database) {
    if (!database.accepting()) {
      return false;
    }
    return wanted.isEmpty()
        ? !database.template()
        : wanted.stream()
            .anyMatch(each ->
                each.equals(database.name())
                    || (fits(each, database.name()) && !database.template()));
  }

  private static void requireMeansSome(String pattern, List<Database> there) {
    if (there.stream().noneMatch(database -> fits(pattern, database.name()))) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not take a logical backup: expected a database that '"
              + pattern
              + "' means, found only "
              + names(there),
          "Patterns know * and ?, and capital letters from small ones.");
    }
    for (Database database : there) {
      if (database.name().equals(pattern)) {
        requireDumpable(database);
      }
    }
  }

  private static void requireDumpable(Database database) {
    if (!database.accepting()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not dump database " + database.name() + ": it takes no connections",
          "Leave it out, or: ALTER DATABASE \"" + database.name() + "\" ALLOW_CONNECTIONS true;");
    }
  }

  private static String names(List<Database> there) {
    return there.stream().map(Database::name).collect(Collectors.joining(", "));
  }

  private static boolean fits(String pattern, String name) {
    String regex =
        pattern
            .chars()
            .mapToObj(letter ->
                switch (letter) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(letter));
                })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
  }
}

package io.holdfast.operations.restore;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;

/**
 * Who is to own restored files.
 *
 * @param user name
 * @param group name; "" for the user's own
 */
public record FileOwner(String user, String group) {
  /**
   * Who runs a server that is thrown away: empty for us; when we are root, {@code postgres} if
   * there is such a user, else {@code nobody}.
   */
  public static Optional<FileOwner> ofScratch() {
    if (!Ownership.runsAsRoot()) {
      return Optional.empty();
    }
    UserPrincipalLookupService names = FileSystems.getDefault().getUserPrincipalLookupService();
    try {
      names.lookupPrincipalByName("postgres");
      return Optional.of(new FileOwner("postgres", firstGroup(names, "postgres")));
    } catch (IOException e) {
      return Optional.of(new FileOwner("nobody", firstGroup(names, "nogroup", "nobody")));
    }
  }

  private static String firstGroup(UserPrincipalLookupService names, String... wanted) {
    for (String group : wanted) {
      try {
        names.lookupPrincipalByGroupName(group);
        return group;
      } catch (IOException e) {
        // The next one, then.
      }
    }
    return "";
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return group.isEmpty() ? user : user + ":" + group;
  }

  /** Reads {@code USER[:GROUP]}. */
  public static FileOwner parse(String text) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    if (user.isEmpty() || colon == text.length() - 1) {
      throw new HoldfastException(
          ExitStatus.USAGE, "'" + text + "' is not an owner", "Write USER or USER:GROUP.");
    }
    return new FileOwner(user, colon < 0 ? "" : text.substring(colon + 1));
  }
}

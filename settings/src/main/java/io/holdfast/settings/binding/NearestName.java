package io.holdfast.settings.binding;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant. */
final class NearestName {
  /** Nobody means a name that is this long, and comparing takes room. */
  private static final int LONGEST = 80;

  private NearestName() {}

  /** A name that is begun or spelt like it; empty if none is near. */
  static Optional<String> among(List<String> known, String written) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    String plain = written.toLowerCase(Locale.ROOT).replace('_', '-');
    Optional<String> begun =
        known.stream()
            .filter(name -> plain.length() >= 4)
            .filter(name -> name.startsWith(plain) || plain.startsWith(name))
            .findFirst();
    int allowed = Math.max(1, plain.length() / 3);
    return known.stream()
        .filter(name -> distance(name, plain) <= allowed)
        .min(Comparator.comparingInt(name -> distance(name, plain)))
        .or(() -> begun);
  }

  /** Edits between the two; a swap of neighbours is one (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(int[][] edits, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = Math.min(edits[i - 1][j], edits[i][j - 1]) + 1;
    best = Math.min(best, edits[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
  }
}

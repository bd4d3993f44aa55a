package io.holdfast.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Measurements taken again and again, and what they come to. */
final class Figures {
  private final Map<String, List<Double>> taken = new TreeMap<>();

  synchronized void add(String name, double value) {
    taken.computeIfAbsent(name, ignored -> new ArrayList<>()).add(value);
  }

  /** Of a running process, as the kernel sees it. */
  void ofProcess(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        String[] words = line.split("\\s+", -1);
        switch (words[0]) {
          case "VmRSS:" -> add("resident MB", Double.parseDouble(words[1]) / 1024);
          case "Threads:" -> add("threads", Double.parseDouble(words[1]));
          default -> {}
        }
      }
    } catch (IOException e) {
      // It was killed just now.
    } catch (NumberFormatException e) {
      throw new UncheckedIOException(new IOException("/proc/" + pid + "/status", e));
    }
  }

  /** The last of them, as a share of all, against the first as many: 1 if it stays flat. */
  synchronized double growth(String name, int share) {
    List<Double> all = taken.getOrDefault(name, List.of());
    int part = Math.max(1, all.size() / share);
    return all.isEmpty()
        ? 1
        : median(all.subList(all.size() - part, all.size())) / median(all.subList(0, part));
  }

  private static double median(List<Double> of) {
    List<Double> sorted = new ArrayList<>(of);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  synchronized String report() {
    StringBuilder text = new StringBuilder();
    taken.forEach((name, all) -> {
      List<Double> sorted = new ArrayList<>(all);
      Collections.sort(sorted);
      text.append(
          String.format(
              Locale.ROOT,
              "%s: median %.2f, 95%% %.2f, most %.2f of %d%n",
              name,
              sorted.get(sorted.size() / 2),
              sorted.get((int) (sorted.size() * 0.95)),
              sorted.getLast(),
              sorted.size()));
    });
    return text.toString();
  }
}

package io.holdfast.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Columns as wide as their widest cell, two spaces apart; numbers to the right. */
public final class Table {
  private final List<String> heads = new ArrayList<>();
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  public Table left(String head) {
    return column(head, false);
  }

  public Table right(String head) {
    return column(head, true);
  }

  private Table column(String head, boolean toTheRight) {
    heads.add(head);
    right.add(toTheRight);
    return this;
  }

  public Table row(String... cells) {
    if (cells.length != heads.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + heads.size() + " columns");
    }
    rows.add(Stream.of(cells).map(Table::oneLine).toList());
    return this;
  }

  /** Names may hold anything, and a row is one line. */
  private static String oneLine(String cell) {
    return cell.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r");
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Heads first, no trailing blanks. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(line(heads));
    for (List<String> row : rows) {
      lines.add(line(row));
    }
    return lines;
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String blanks = " ".repeat(width(column) - cell.length());
      line.append(column == 0 ? "" : "  ");
      line.append(right.get(column) ? blanks + cell : cell + blanks);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int width = heads.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }
}

package io.holdfast.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCellAndNumbersStandToTheRight() {
    Table table = new Table().left("NAME").right("SIZE").left("STATE");
    table.row("main", "4.8 GB", "sound");
    table.row("a-long-name", "812 B", "");

    assertThat(table.lines())
        .containsExactly(
            "NAME           SIZE  STATE", //
            "main         4.8 GB  sound",
            "a-long-name   812 B");
  }

  @Test
  void aNameOfSeveralLinesStaysInItsRow() {
    Table table = new Table().left("NAME").left("STATE");
    table.row("new\nline", "sound");

    assertThat(table.lines())
        .containsExactly(
            "NAME       STATE", //
            "new\\nline  sound");
  }

  @Test
  void aRowThatDoesNotFitIsAFault() {
    Table table = new Table().left("NAME").left("STATE");

    assertThatThrownBy(() -> table.row("main")).isInstanceOf(IllegalArgumentException.class);
  }
}

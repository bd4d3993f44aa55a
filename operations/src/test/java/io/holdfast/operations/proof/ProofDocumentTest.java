package io.holdfast.operations.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/proof.md explains every finding; its list is written with -Dholdfast.write-documents=true.
 */
class ProofDocumentTest {
  private static final Path PAGE = Path.of("../docs/proof.md");
  private static final String BEGIN = "<!-- findings: written by ProofDocumentTest -->\n";
  private static final String END = "<!-- end of findings -->\n";

  @Test
  void everyFindingIsExplained() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String expected = page.substring(0, begin) + findings() + page.substring(end);
    if (Boolean.getBoolean("holdfast.write-documents")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE))
        .as("run with -Dholdfast.write-documents=true to write it anew")
        .isEqualTo(expected)
        .contains(FindingCode.PACK_MISSING.text());
  }

  private static String findings() {
    StringBuilder text = new StringBuilder();
    for (FindingCode code : FindingCode.values()) {
      text.append("\n### `").append(code.text()).append("`");
      text.append(code.fault() ? "\n\n" : " (warning)\n\n");
      text.append(code.why()).append("\n\n*What to do:* ").append(code.whatToDo()).append("\n");
    }
    return text.append("\n").toString();
  }
}

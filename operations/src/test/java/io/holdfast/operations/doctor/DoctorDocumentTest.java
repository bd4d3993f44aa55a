package io.holdfast.operations.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** docs/doctor.md explains every code; its list is written with -Dholdfast.write-documents=true. */
class DoctorDocumentTest {
  private static final Path PAGE = Path.of("../docs/doctor.md");
  private static final String BEGIN = "<!-- codes: written by DoctorDocumentTest -->\n";
  private static final String END = "<!-- end of codes -->\n";

  @Test
  void everyCodeIsExplained() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    String expected = page.substring(0, begin) + codes() + page.substring(end);
    if (Boolean.getBoolean("holdfast.write-documents")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE))
        .as("run with -Dholdfast.write-documents=true to write it anew")
        .isEqualTo(expected)
        .contains(DoctorCode.POOLED.text());
  }

  @Test
  void codesAreWordsOfTheirOwn() {
    assertThat(Arrays.stream(DoctorCode.values()).map(DoctorCode::text))
        .doesNotHaveDuplicates()
        .allMatch(text -> text.matches("[a-z]+(\\.[a-z]+(-[a-z]+)*)"));
  }

  private static String codes() {
    StringBuilder text = new StringBuilder();
    for (DoctorCode code : DoctorCode.values()) {
      text.append("\n### `").append(code.text()).append("`");
      text.append(" (").append(word(code)).append(")\n\n");
      text.append(code.meaning()).append("\n\n*Why it matters:* ");
      text.append(code.why()).append("\n");
    }
    return text.append("\n").toString();
  }

  private static String word(DoctorCode code) {
    return code.severity() == Severity.UNCHECKED
        ? "could not check"
        : code.severity().name().toLowerCase(Locale.ROOT);
  }
}

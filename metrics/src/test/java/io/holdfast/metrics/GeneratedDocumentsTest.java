package io.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is checked in is what the declared metrics give. */
final class GeneratedDocumentsTest {
  @Test
  void theListOfMetricsIsUpToDate() throws IOException {
    Path page = ProjectFiles.root().resolve("docs/metrics.md");
    String text = Files.readString(page);
    assertThat(text).containsOnlyOnce(ReferencePage.BEGIN).containsOnlyOnce(ReferencePage.END);
    int begin = text.indexOf(ReferencePage.BEGIN) + ReferencePage.BEGIN.length();
    int end = text.indexOf(ReferencePage.END);
    if (Boolean.getBoolean("holdfast.write-documents")) {
      Files.writeString(
          page, text.substring(0, begin) + ReferencePage.text() + text.substring(end));
      return;
    }

    assertThat(text.substring(begin, end))
        .as("run with -Dholdfast.write-documents=true to write it anew")
        .isEqualTo(ReferencePage.text());
  }
}

package io.holdfast.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.settings.document.ReferencePage;
import io.holdfast.settings.document.SchemaDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is checked in is what the declared options give. */
final class GeneratedDocumentsTest {
  @Test
  void theSchemaIsUpToDate() throws IOException {
    assertUpToDate("holdfast.schema.json", SchemaDocument.text());
  }

  @Test
  void theReferencePageIsUpToDate() throws IOException {
    assertUpToDate("configuration.md", ReferencePage.text());
  }

  private static void assertUpToDate(String name, String expected) throws IOException {
    Path file = documents().resolve(name);
    if (Boolean.getBoolean("holdfast.write-documents")) {
      Files.writeString(file, expected);
    }

    assertThat(file)
        .as("run with -Dholdfast.write-documents=true to write it anew")
        .content()
        .isEqualTo(expected);
  }

  private static Path documents() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("docs")) || !Files.exists(at.resolve("LICENSE"))) {
      at = Objects.requireNonNull(at.getParent(), "docs/ of the project");
    }
    return at.resolve("docs");
  }
}

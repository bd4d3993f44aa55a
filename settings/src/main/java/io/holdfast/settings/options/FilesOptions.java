package io.holdfast.settings.options;

import io.holdfast.settings.FilesSettings;
import io.holdfast.settings.binding.Option;
import io.holdfast.settings.binding.Section;
import io.holdfast.settings.binding.Types;
import java.nio.file.Path;
import java.util.List;

/** {@code clusters.<name>.files}. */
final class FilesOptions {
  private static final Option<List<Path>> DIRECTORIES =
      Option.optional(
          "directories",
          Types.listOf("a list of directories", Types.path()),
          "none",
          "[/var/www/uploads]",
          "Directories that belong to the databases, such as uploads: 'holdfast backup --kind files'"
              + " backs them up, and 'holdfast backup --with-files' together with the database.");

  private static final Option<List<String>> EXCLUDE =
      Option.optional(
          "exclude",
          Types.listOf("a list of patterns", Types.text("a pattern")),
          "none",
          "['*.tmp', /var/www/uploads/cache]",
          "What is left out: patterns with *, ? and [a-z]. Without a '/' they mean any name on the"
              + " way; with one the whole path, where ** stands for several names.");

  static final Section<FilesSettings> SECTION =
      Section.of(
          "Files that are backed up beside this cluster.",
          List.of(DIRECTORIES, EXCLUDE),
          values ->
              new FilesSettings(
                  values.find(DIRECTORIES).orElse(List.of()),
                  values.find(EXCLUDE).orElse(List.of())));

  private FilesOptions() {}
}

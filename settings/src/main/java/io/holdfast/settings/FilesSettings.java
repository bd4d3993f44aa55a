package io.holdfast.settings;

import java.nio.file.Path;
import java.util.List;

/**
 * The files that belong to a cluster's databases.
 *
 * @param directories absolute; empty if there are none
 * @param exclude patterns
 */
public record FilesSettings(List<Path> directories, List<String> exclude) {}

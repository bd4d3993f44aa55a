package io.holdfast.cli.demo;

import java.nio.file.Path;
import java.util.List;

/**
 * How the demo is shown.
 *
 * @param dataSize about how many bytes of data the shop has
 * @param keep leave everything running at the end
 * @param binaries jars, or folders of jars, with PostgreSQL's server programs
 * @param installation the folder of this program, with {@code bin} in it
 * @param started the program as the user called it
 */
public record DemoOptions(
    long dataSize, boolean keep, List<Path> binaries, Path installation, String started) {}

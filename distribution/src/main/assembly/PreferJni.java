import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes out of zstd-jni what it brings for Java 22 and later: the binding by method handles, of which
 * some 290 classes are made anew at each start, in 0.15 s and 0.4 CPU-s. Its binding by JNI compresses
 * as fast.
 */
class PreferJni {
  public static void main(String[] jars) throws Exception {
    for (String jar : jars) {
      try (FileSystem zip = FileSystems.newFileSystem(Path.of(jar))) {
        Path newer = zip.getPath("META-INF/versions/22/com/github/luben/zstd");
        if (Files.notExists(newer)) {
          throw new IllegalStateException(jar + " holds no " + newer + ": this step can go");
        }
        for (Path path : deepestFirst(newer)) {
          Files.delete(path);
        }
      }
    }
  }

  private static List<Path> deepestFirst(Path folder) throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }
}

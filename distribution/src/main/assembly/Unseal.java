import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes.Name;
import java.util.jar.Manifest;

/**
 * Takes the seal off jars whose maker has set one: Java ends at once when a class out of the
 * start-up cache meets a sealed package ("can't seal package").
 */
class Unseal {
  public static void main(String[] jars) throws Exception {
    for (String jar : jars) {
      try (FileSystem zip = FileSystems.newFileSystem(Path.of(jar))) {
        Path file = zip.getPath("META-INF/MANIFEST.MF");
        if (Files.notExists(file)) {
          continue;
        }
        Manifest manifest;
        try (var in = Files.newInputStream(file)) {
          manifest = new Manifest(in);
        }
        if ("true".equalsIgnoreCase(manifest.getMainAttributes().getValue(Name.SEALED))) {
          manifest.getMainAttributes().remove(Name.SEALED);
          try (OutputStream out = Files.newOutputStream(file)) {
            manifest.write(out);
          }
        }
      }
    }
  }
}

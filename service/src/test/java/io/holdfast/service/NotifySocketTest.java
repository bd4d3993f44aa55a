package io.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifySocketTest {
  /** Python, for Java cannot listen there. */
  private static final String LISTENER =
      """
      import socket, sys
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(sys.argv[1])
      print('listening', flush=True)
      for i in range(3): print(s.recv(4096).decode(), flush=True)
      """;

  @TempDir private Path folder;

  @Test
  void theServiceManagerHearsWhatIsSaid() throws Exception {
    Path path = folder.resolve("notify");
    Process listener =
        new ProcessBuilder("python3", "-c", LISTENER, path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader heard =
        new BufferedReader(
            new InputStreamReader(listener.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(heard.readLine()).isEqualTo("listening");
      NotifySocket socket =
          NotifySocket.of(Map.of("NOTIFY_SOCKET", path.toString(), "WATCHDOG_USEC", "30000000"))
              .orElseThrow();
      assertThat(socket.watchdog()).isEqualTo(Duration.ofSeconds(30));
      socket.ready();
      socket.status("two\nlines");
      socket.stopping();

      assertThat(heard.readLine()).isEqualTo("READY=1");
      assertThat(heard.readLine()).isEqualTo("STATUS=two lines");
      assertThat(heard.readLine()).isEqualTo("STOPPING=1");
    } finally {
      listener.destroy();
    }
  }

  @Test
  void whereNobodyListensNothingFails() {
    assertThat(NotifySocket.of(Map.of())).isEmpty();
    assertThat(NotifySocket.of(Map.of("NOTIFY_SOCKET", "relative/path"))).isEmpty();
    NotifySocket.of(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()))
        .orElseThrow()
        .ready();
  }
}

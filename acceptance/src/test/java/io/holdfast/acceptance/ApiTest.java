package io.holdfast.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.holdfast.testkit.PostgresMajor;
import io.holdfast.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Programs are answered by what serves, and told no secret. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ApiTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final String READING = "canary-reading-token-0123456789abcdef";
  private static final String OPERATING = "canary-operating-token-0123456789abcd";

  private static final List<String> SECRETS =
      List.of(READING, OPERATING, Scene.PASSPHRASE, "canary", "pgpass", "host=");

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private URI root = URI.create("http://127.0.0.1/");

  @Test
  void programsSeeAndDoWhatTheyMayAndNoMore() throws Exception {
    try (TestCluster source = TestCluster.of(PostgresMajor.newest()).start()) {
      Scene scene = new Scene(folder, source);
      int port = HookServer.freePort();
      root = URI.create("http://127.0.0.1:" + port + "/api/v1/");
      configure(scene.at("holdfast.yaml"), port);
      scene.succeed("init", "--non-interactive");
      Process serve = scene.start("serve.log", "serve");
      try {
        await(() -> says("API: answers at http://127.0.0.1:" + port + "/api/v1"));
        assertThat(get("status", "nobody").statusCode()).isEqualTo(401);
        assertThat(post("schedules/nightly/run", READING).statusCode()).isEqualTo(403);

        HttpResponse<String> started = post("schedules/nightly/run", OPERATING);
        assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
        String run =
            "schedules/nightly/runs/" + JSON.readTree(started.body()).path("run").asString();
        await(() -> get(run, READING).statusCode() == 200);
        JsonNode ended = JSON.readTree(get(run, READING).body());
        assertThat(ended.path("outcome").asString()).as("%s", ended).isEqualTo("done");
        assertThat(ended.path("attempt").asInt()).isZero();

        assertThat(post("schedules/nightly/pause", OPERATING).statusCode()).isEqualTo(200);
        assertThat(scene.succeed("schedule", "list")).contains("paused");
        assertThat(post("schedules/nightly/resume", OPERATING).statusCode()).isEqualTo(200);
        assertThat(scene.succeed("schedule", "list")).doesNotContain("paused");

        assertThat(scene.succeed("audit"))
            .contains("the API with the token deploys", "POST /schedules/nightly/pause")
            .contains("POST /schedules/nightly/resume", "POST /schedules/nightly/run");

        await(() -> cluster().path("dataLossBoundSeconds").isNumber());
        assertThat(cluster().at("/status/windows")).isNotEmpty();
        walk(ended.path("id").asString());
      } finally {
        serve.destroy();
        assertThat(serve.waitFor(90, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(Files.readString(scene.at("serve.log")))
          .contains("the token deploys has nightly/main run now")
          .doesNotContain("canary");
    }
  }

  private void configure(Path file, int port) throws IOException {
    secret("reading", READING);
    secret("operating", OPERATING);
    secret("pgpass", "*:*:*:*:canary-password");
    secret("hook", "http://127.0.0.1:1/canary-hook");
    String text = Files.readString(file);
    assertThat(text).contains("connection: \"");
    Files.writeString(
        file,
        text.replace(
                "connection: \"", "connection: \"passfile=%s ".formatted(folder.resolve("pgpass")))
            + """
            schedules:
              nightly: { run: backup, when: daily 02:00 }
            notifications:
              channels:
                hook: { webhook: { url-file: hook } }
            service:
              api:
                listen: 127.0.0.1:%d
                tokens:
                  monitoring: { token-file: reading }
                  deploys: { token-file: operating, may: operate }
            """
                .formatted(port));
  }

  private void secret(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private JsonNode cluster() {
    return JSON.readTree(get("clusters/main", READING).body());
  }

  /** Everything that can be seen: it has the documented shape, and none of the secrets is in it. */
  private void walk(String run) {
    JsonNode document = JSON.readTree(get("openapi.json", READING).body());
    List<String> walked = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(each -> {
          if (each.getValue().has("get")) {
            String path = each.getKey().substring("/api/v1/".length());
            HttpResponse<String> answer = get(filled(path, run), READING);
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
            assertThat(answer.body()).as(path).doesNotContain(SECRETS);
            assertFits(document, each.getValue(), answer.body());
            walked.add(path);
          }
        });
    assertThat(walked).hasSizeGreaterThan(9);
  }

  private static String filled(String path, String run) {
    return path.replace("{cluster}", "main")
        .replace("{backup}", "latest")
        .replace("{schedule}", "nightly")
        .replace("{run}", run);
  }

  private static void assertFits(JsonNode document, JsonNode path, String answer) {
    ObjectNode shape =
        (ObjectNode) path.at("/get/responses/200/content/application~1json/schema").deepCopy();
    shape.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    shape.set("components", document.path("components"));
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(shape)
                .validate(JSON.readTree(answer)))
        .as(answer)
        .isEmpty();
  }

  private HttpResponse<String> get(String path, String token) {
    return send(HttpRequest.newBuilder(root.resolve(path)).GET(), token);
  }

  private HttpResponse<String> post(String path, String token) {
    return send(
        HttpRequest.newBuilder(root.resolve(path)).POST(HttpRequest.BodyPublishers.noBody()),
        token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String token) {
    try {
      return client.send(
          request.header("Authorization", "Bearer " + token).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean says(String words) {
    try {
      return Files.readString(folder.resolve("serve.log")).contains(words);
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
  }
}

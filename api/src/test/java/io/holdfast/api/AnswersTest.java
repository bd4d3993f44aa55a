package io.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.holdfast.api.Caller.Heard;
import io.holdfast.operations.runs.Run;
import io.holdfast.operations.runs.RunFormat;
import io.holdfast.operations.runs.Runs;
import io.holdfast.vocabulary.HoldfastException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is answered, and that it has the documented shape. */
final class AnswersTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ROOT = "/api/v1";

  @TempDir static Path folder;
  private static ServedRepository repository;
  private static Served served;
  private static JsonNode document;

  @BeforeAll
  static void serve() throws IOException {
    repository = new ServedRepository(folder);
    served = new Served(repository, Served.QUICK, Optional.empty());
    document = JSON.readTree(served.caller.get(ROOT + "/openapi.json", Served.READING).body());
  }

  @AfterAll
  static void close() {
    served.close();
    repository.close();
  }

  private static JsonNode get(String path) throws IOException {
    Heard heard = served.caller.get(ROOT + path, Served.READING);
    assertThat(heard.status()).as(heard.body()).isEqualTo(200);
    return JSON.readTree(heard.body());
  }

  /** Every request that only reads, with something for each variable part. */
  private static List<String> readings() {
    List<String> readings = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(each -> {
          if (each.getValue().has("get")) {
            readings.add(each.getKey());
          }
        });
    return readings;
  }

  private static String filled(String path) {
    return path.replace("{cluster}", "main")
        .replace("{backup}", repository.newest().text())
        .replace("{schedule}", "nightly")
        .replace("{run}", "run1");
  }

  @Test
  void everyAnswerHasTheShapeThatTheDocumentSays() throws IOException {
    assertThat(readings()).hasSize(11);
    for (String path : readings()) {
      Heard heard = served.caller.get(filled(path), Served.READING);

      assertThat(heard.status()).as("%s: %s", path, heard.body()).isEqualTo(200);
      assertFits(path, "get", heard);
      assertFits(path, "get", served.caller.get(filled(path), "nobody"));
    }
    for (String verb : List.of("run", "pause", "resume")) {
      String path = ROOT + "/schedules/{schedule}/" + verb;
      assertFits(path, "post", served.caller.post(filled(path), Served.READING));
    }
  }

  private static void assertFits(String path, String method, Heard heard) {
    JsonNode shape =
        document
            .path("paths")
            .path(path)
            .path(method)
            .path("responses")
            .path(Integer.toString(heard.status()))
            .path("content")
            .path("application/json")
            .path("schema");
    assertThat(shape.isObject()).as("%s %s %d", method, path, heard.status()).isTrue();
    ObjectNode whole = ((ObjectNode) shape.deepCopy());
    whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    whole.set("components", document.path("components"));
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(whole);
    assertThat(schema.validate(JSON.readTree(heard.body()))).as(heard.body()).isEmpty();
  }

  @Test
  void theDocumentOfTheProjectIsTheOneThatIsServed() throws IOException {
    Path page = ProjectFiles.root().resolve("docs/openapi.json");
    ObjectNode stored = (ObjectNode) document.deepCopy();
    ((ObjectNode) stored.path("info")).put("version", "1");
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(stored) + "\n";
    if (Boolean.getBoolean("holdfast.write-documents")) {
      Files.writeString(page, text);
    }

    assertThat(JSON.readTree(Files.readString(page)))
        .as("run with -Dholdfast.write-documents=true to write it anew")
        .isEqualTo(stored);
  }

  @Test
  void thePageTellsOfEveryRequest() throws IOException {
    String page = Files.readString(ProjectFiles.root().resolve("docs/api.md"));

    document
        .path("paths")
        .propertyNames()
        .forEach(path -> assertThat(page).contains("`" + path.substring(ROOT.length()) + "`"));
  }

  @Test
  void aClusterIsToldAndNoBoundOfWhatWouldBeLostWithoutABackupThatWalIsAppliedTo()
      throws IOException {
    JsonNode cluster = get("/clusters/main");

    assertThat(cluster.at("/status/backups").asInt()).isEqualTo(3);
    assertThat(cluster.at("/status/retention").asString()).isEqualTo("7 daily");
    assertThat(cluster.at("/status/windows")).isEmpty();
    assertThat(cluster.path("dataLossBoundSeconds").isNull()).isTrue();
    assertThat(cluster.path("safeUntil").isNull()).isTrue();
    assertThat(cluster.at("/receiver/phase").asString()).isEqualTo("streaming");
    assertThat(cluster.path("sites")).hasSize(2);
    assertThat(get("/clusters").path("clusters")).hasSize(2);
    assertThat(get("/status").at("/clusters/0/cluster").asString()).isEqualTo("main");
  }

  @Test
  void manyComeInPagesAndNoneTwice() throws IOException {
    for (String list : List.of("backups", "proofs")) {
      List<String> seen = new ArrayList<>();
      String cursor = "";
      for (int page = 0; page < 3; page++) {
        JsonNode answer = get("/clusters/main/" + list + "?limit=1" + cursor);
        assertThat(answer.path(list)).hasSize(1);
        JsonNode only = answer.path(list).get(0);
        seen.add(only.path(list.equals("backups") ? "id" : "backup").asString());
        assertThat(answer.path("next").isNull()).isEqualTo(page == 2);
        cursor = "&cursor=" + answer.path("next").asString("");
      }
      assertThat(seen).doesNotHaveDuplicates().hasSize(3);
      assertThat(list.equals("proofs") ? "" : seen.getFirst()).isIn("", repository.newest().text());
    }
    JsonNode runs = get("/schedules/nightly/runs?limit=2");
    assertThat(runs.at("/runs/0/id").asString()).isEqualTo("run2");
    assertThat(get("/schedules/nightly/runs?cursor=" + runs.path("next").asString()).path("runs"))
        .hasSize(1);
    assertThat(get("/schedules?limit=3").path("next").asString()).isEqualTo("weekly.main");
  }

  @Test
  void whatIsDoneIsDoneByWhoMayAndIsNoted() throws IOException {
    String run = ROOT + "/schedules/nightly/run";

    assertThat(served.caller.post(run, Served.READING).status()).isEqualTo(403);
    assertThat(repository.done).isEmpty();
    Heard started = served.caller.post(run, Served.OPERATING);
    assertThat(started.status()).isEqualTo(202);
    assertThat(JSON.readTree(started.body()).path("run").asString()).isEqualTo("fresh1");
    assertFits(ROOT + "/schedules/{schedule}/run", "post", started);
    assertThat(post("/schedules/weekly/pause")).isEqualTo(200);
    assertThat(post("/schedules/weekly/pause?cluster=other")).isEqualTo(200);
    assertThat(post("/schedules/nightly/resume?cluster=main")).isEqualTo(200);
    assertThat(post("/schedules/weekly/resume")).isEqualTo(409);
    assertThat(post("/schedules/weekly/run")).isEqualTo(400);
    assertThat(post("/schedules/weekly/run?cluster=other")).isEqualTo(409);
    assertThat(post("/schedules/weekly/run?cluster=third")).isEqualTo(404);

    assertThat(repository.done)
        .containsExactly(
            "run nightly/main by the API with the token ops",
            "pause weekly by the API with the token ops",
            "pause weekly/other by the API with the token ops",
            "resume nightly/main by the API with the token ops",
            "resume weekly by the API with the token ops",
            "run weekly/other by the API with the token ops");
    assertThat(served.notes)
        .contains(
            "the token ops has nightly/main run now, as run fresh1",
            "the token ops pauses weekly",
            "the token ops resumes nightly/main");
    repository.done.clear();
  }

  @Test
  void aRunIsToldAsTheCommandTellsIt() throws IOException {
    Runs runs = new Runs(repository.repository());
    Run newest = runs.read(runs.of(ServedRepository.NIGHTLY).getLast()).orElseThrow();

    assertThat(get("/schedules/nightly/runs/" + newest.id()))
        .isEqualTo(JSON.readTree(RunFormat.json(newest).toString()));
  }

  @Test
  void anAddressThatIsTakenIsSaid() {
    Entrance taken =
        new Entrance(
            served.caller.address(),
            List.of(Served.token("ops", Right.READ, Served.READING)),
            Optional.empty(),
            note -> {});

    assertThatThrownBy(() ->
            ApiServer.start(taken, repository, repository, "test", () -> ServedRepository.NOW))
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("could not listen on");
  }

  private static int post(String path) throws IOException {
    return served.caller.post(ROOT + path, Served.OPERATING).status();
  }

  @Test
  void whatIsNotThereIsNotThere() throws IOException {
    for (String path :
        List.of(
            "/clusters/third",
            "/clusters/Main",
            "/clusters/main/backups/20200101T000000Z-abcd",
            "/clusters/main/backups/nonsense",
            "/clusters/other/backups/latest",
            "/schedules/hourly/runs",
            "/schedules/nightly/runs/none",
            "/nothing",
            "/status/",
            "")) {
      assertThat(served.caller.get(ROOT + path, Served.READING).status()).as(path).isEqualTo(404);
    }
    for (String query :
        List.of("limit=0", "limit=1&limit=2", "limit=-1", "cursor=%2e%00", "cluster=main", "x")) {
      Heard heard = served.caller.get(ROOT + "/clusters?" + query, Served.READING);
      assertThat(heard.status()).as(query).isEqualTo(400);
    }
    assertThat(get("/clusters?limit=999").path("clusters")).hasSize(2);
  }
}

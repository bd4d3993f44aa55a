package io.holdfast.operations.proof;

import io.holdfast.operations.proof.Proof.Stage;
import io.holdfast.operations.proof.Proof.Step;
import io.holdfast.operations.proof.Proof.TableRows;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.vocabulary.HoldfastException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a proof, version 1: what {@link Proof} has, by the same names; times ISO-8601 in UTC,
 * durations in milliseconds ({@code …Millis}), rungs and verdicts by their words. {@code verdict},
 * {@code reached} and {@code recoveryMillis} follow from the rest and are there for readers only.
 * Unknown fields are ignored; {@code repository} and {@code plan} may be missing, as in old ones.
 */
public final class ProofFormat {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int VERSION = 1;

  private ProofFormat() {}

  static byte[] encode(Proof proof) {
    return MAPPER.writeValueAsBytes(json(proof));
  }

  /** As it is stored, and shown to programs. */
  public static ObjectNode json(Proof proof) {
    ObjectNode json =
        MAPPER
            .createObjectNode()
            .put("version", VERSION)
            .put("repository", proof.repository())
            .put("cluster", proof.cluster())
            .put("backup", proof.backup().text())
            .put("kind", proof.kind())
            .put("verdict", proof.verdict().word())
            .put("level", proof.level().word())
            .put("target", proof.target())
            .put("site", proof.site())
            .put("drill", proof.drill())
            .put("plan", proof.plan())
            .put("host", proof.host())
            .put("program", proof.program())
            .put("began", proof.began().toString())
            .put("ended", proof.ended().toString())
            .put("server", proof.server());
    proof.reached().ifPresent(rung -> json.put("reached", rung.word()));
    proof.recoveryTime().ifPresent(took -> json.put("recoveryMillis", took.toMillis()));
    proof.lastTransaction().ifPresent(time -> json.put("lastTransaction", time.toString()));
    ArrayNode steps = json.putArray("steps");
    for (Step step : proof.steps()) {
      steps
          .addObject()
          .put("rung", step.rung().word())
          .put("verdict", step.verdict().word())
          .put("said", step.said())
          .put("millis", step.took().toMillis());
    }
    ArrayNode stages = json.putArray("stages");
    for (Stage stage : proof.stages()) {
      stages
          .addObject()
          .put("name", stage.name())
          .put("millis", stage.took().toMillis())
          .put("recovery", stage.recovery());
    }
    ArrayNode findings = json.putArray("findings");
    for (Finding finding : proof.findings()) {
      findings
          .addObject()
          .put("code", finding.code())
          .put("fault", finding.fault())
          .put("subject", finding.subject())
          .put("found", finding.found());
    }
    json.put("findingsTotal", proof.findingsTotal());
    ArrayNode tables = json.putArray("tables");
    for (TableRows table : proof.tables()) {
      tables
          .addObject()
          .put("database", table.database())
          .put("table", table.table())
          .put("rows", table.rows());
    }
    return json;
  }

  /**
   * @throws HoldfastException (repository) if it is no proof
   */
  static Proof decode(String name, byte[] content) {
    try {
      JsonNode json = MAPPER.readTree(content);
      if (json.path("version").asInt(0) != VERSION) {
        throw damaged(name, "version " + json.path("version"), null);
      }
      return new Proof(
          json.path("repository").asString(""),
          text(json, "cluster"),
          new BackupId(text(json, "backup")),
          text(json, "kind"),
          rung(json, "level"),
          text(json, "target"),
          text(json, "site"),
          json.path("drill").asBoolean(false),
          json.path("plan").asString(""),
          text(json, "host"),
          text(json, "program"),
          Instant.parse(text(json, "began")),
          Instant.parse(text(json, "ended")),
          text(json, "server"),
          steps(json),
          stages(json),
          findings(json),
          json.path("findingsTotal").asLong(0),
          json.hasNonNull("lastTransaction")
              ? Optional.of(Instant.parse(text(json, "lastTransaction")))
              : Optional.empty(),
          tables(json));
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<Step> steps(JsonNode json) {
    List<Step> steps = new ArrayList<>();
    for (JsonNode each : json.path("steps")) {
      steps.add(
          new Step(
              rung(each, "rung"),
              Verdict.valueOf(text(each, "verdict").toUpperCase(Locale.ROOT)),
              text(each, "said"),
              millis(each)));
    }
    return steps;
  }

  private static List<Stage> stages(JsonNode json) {
    List<Stage> stages = new ArrayList<>();
    for (JsonNode each : json.path("stages")) {
      stages.add(
          new Stage(text(each, "name"), millis(each), each.path("recovery").asBoolean(false)));
    }
    return stages;
  }

  private static List<Finding> findings(JsonNode json) {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode each : json.path("findings")) {
      findings.add(
          new Finding(
              text(each, "code"),
              each.path("fault").asBoolean(true),
              text(each, "subject"),
              text(each, "found")));
    }
    return findings;
  }

  private static List<TableRows> tables(JsonNode json) {
    List<TableRows> tables = new ArrayList<>();
    for (JsonNode each : json.path("tables")) {
      tables.add(
          new TableRows(text(each, "database"), text(each, "table"), each.path("rows").asLong(0)));
    }
    return tables;
  }

  private static Duration millis(JsonNode json) {
    return Duration.ofMillis(json.path("millis").asLong(0));
  }

  private static Rung rung(JsonNode json, String field) {
    String word = text(json, field);
    return Rung.of(word)
        .orElseThrow(() -> new IllegalArgumentException("no rung is called '" + word + "'"));
  }

  private static String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isString()) {
      throw new IllegalArgumentException("no text '" + field + "'");
    }
    return value.stringValue();
  }

  private static HoldfastException damaged(String name, String found, @Nullable Exception cause) {
    return new RepositoryDamagedException(
        "could not read the proof " + name + ": expected what was proven, found " + found,
        "A newer version of Holdfast may have written it.",
        cause);
  }
}

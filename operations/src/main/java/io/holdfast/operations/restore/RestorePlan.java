package io.holdfast.operations.restore;

import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What a restore is going to do, decided and checked, with nothing done yet. Made by {@link
 * Restore#plan}, carried out by {@link Restore#run}.
 */
public final class RestorePlan {
  private final String cluster;
  private final RestoreRequest request;
  private final Manifest manifest;
  private final PhysicalDetails details;
  private final Route route;
  private final Inventory inventory;
  private final Ownership ownership;
  private final TablespaceMap tablespaces;
  private final Map<String, String> settings;
  private final List<Space> space;
  private final List<String> notes;

  RestorePlan(
      String cluster,
      RestoreRequest request,
      Manifest manifest,
      PhysicalDetails details,
      Route route,
      Inventory inventory,
      Ownership ownership,
      TablespaceMap tablespaces,
      Map<String, String> settings,
      List<Space> space,
      List<String> notes) {
    this.cluster = cluster;
    this.request = request;
    this.manifest = manifest;
    this.details = details;
    this.route = route;
    this.inventory = inventory;
    this.ownership = ownership;
    this.tablespaces = tablespaces;
    this.settings = Map.copyOf(settings);
    this.space = List.copyOf(space);
    this.notes = List.copyOf(notes);
  }

  public String cluster() {
    return cluster;
  }

  public RestoreRequest request() {
    return request;
  }

  public Path directory() {
    return request.directory();
  }

  public BackupId backup() {
    return manifest.id();
  }

  /** Bytes that the data directory will hold. */
  public long bytes() {
    return inventory.bytes();
  }

  public long walBytes() {
    return route.walBytes();
  }

  /** The timeline that recovery follows. */
  public int timeline() {
    return route.path().timeline();
  }

  /** What goes into postgresql.auto.conf. */
  public Map<String, String> settings() {
    return settings;
  }

  /** What a person should know before it runs. */
  public List<String> notes() {
    return notes;
  }

  /** A guess; measured drills will know better. */
  public Duration estimate() {
    return PlanText.estimate(this);
  }

  /** For people, a line each. */
  public List<String> lines() {
    return PlanText.lines(this);
  }

  /** The same for programs. */
  public JsonNode toJson() {
    return PlanText.json(this);
  }

  Manifest manifest() {
    return manifest;
  }

  PhysicalDetails details() {
    return details;
  }

  Route route() {
    return route;
  }

  Inventory inventory() {
    return inventory;
  }

  Ownership ownership() {
    return ownership;
  }

  TablespaceMap tablespaces() {
    return tablespaces;
  }

  List<Space> space() {
    return space;
  }
}

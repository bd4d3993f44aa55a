package io.holdfast.operations.restore;

import io.holdfast.postgres.Programs;
import io.holdfast.repository.BackupId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is asked for.
 *
 * @param directory the new data directory
 * @param backup empty: the newest that reaches the target
 * @param timeline empty: the newest that contains the target
 * @param tablespaces where tablespaces go: by location, name or oid of the old one
 * @param standby follow on instead of ending recovery
 * @param primaryConninfo of a standby
 * @param start start the server and wait until recovery has ended
 * @param delta keep what is right already in an existing, stopped data directory
 * @param takeOver keep the settings of the source: the copy takes its place
 * @param owner empty: as in the backup
 * @param port empty: a free one; the source's own when taking over
 * @param workers threads that read and write
 * @param settings of the server, above all others
 * @param standing of the started server beside others on the machine
 */
public record RestoreRequest(
    Path directory,
    RecoveryTarget target,
    Optional<BackupId> backup,
    OptionalInt timeline,
    Map<String, Path> tablespaces,
    boolean standby,
    Optional<String> primaryConninfo,
    boolean start,
    boolean delta,
    boolean takeOver,
    Optional<FileOwner> owner,
    OptionalInt port,
    TargetAction action,
    int workers,
    Map<String, String> settings,
    Programs.Standing standing) {
  public RestoreRequest {
    directory = directory.toAbsolutePath().normalize();
    tablespaces = Map.copyOf(tablespaces);
    settings = Map.copyOf(settings);
  }

  /** The latest state, as a harmless copy, in a new directory, unless told otherwise. */
  public static Builder to(Path directory) {
    return new Builder(directory);
  }

  /** What is not set stays as {@link RestoreRequest#to} says. */
  public static final class Builder {
    private final Path directory;
    private RecoveryTarget target = new RecoveryTarget.Latest();
    private Optional<BackupId> backup = Optional.empty();
    private OptionalInt timeline = OptionalInt.empty();
    private Map<String, Path> tablespaces = Map.of();
    private boolean standby;
    private Optional<String> primaryConninfo = Optional.empty();
    private boolean start;
    private boolean delta;
    private boolean takeOver;
    private Optional<FileOwner> owner = Optional.empty();
    private OptionalInt port = OptionalInt.empty();
    private TargetAction action = TargetAction.PROMOTE;
    private int workers = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    private Map<String, String> settings = Map.of();
    private Programs.Standing standing = Programs.Standing.EQUAL;

    private Builder(Path directory) {
      this.directory = directory;
    }

    public Builder at(RecoveryTarget where) {
      this.target = where;
      return this;
    }

    public Builder from(Optional<BackupId> id) {
      this.backup = id;
      return this;
    }

    public Builder onTimeline(OptionalInt number) {
      this.timeline = number;
      return this;
    }

    public Builder mapping(Map<String, Path> oldToNew) {
      this.tablespaces = oldToNew;
      return this;
    }

    public Builder standby(boolean yes) {
      this.standby = yes;
      return this;
    }

    public Builder following(Optional<String> conninfo) {
      this.primaryConninfo = conninfo;
      return this;
    }

    public Builder start(boolean yes) {
      this.start = yes;
      return this;
    }

    public Builder delta(boolean yes) {
      this.delta = yes;
      return this;
    }

    public Builder takeOver(boolean yes) {
      this.takeOver = yes;
      return this;
    }

    public Builder ownedBy(Optional<FileOwner> who) {
      this.owner = who;
      return this;
    }

    public Builder onPort(OptionalInt number) {
      this.port = number;
      return this;
    }

    public Builder then(TargetAction what) {
      this.action = what;
      return this;
    }

    public Builder workers(int number) {
      this.workers = number;
      return this;
    }

    public Builder with(Map<String, String> serverSettings) {
      this.settings = serverSettings;
      return this;
    }

    public Builder standing(Programs.Standing how) {
      this.standing = how;
      return this;
    }

    public RestoreRequest build() {
      return new RestoreRequest(
          directory,
          target,
          backup,
          timeline,
          tablespaces,
          standby,
          primaryConninfo,
          start,
          delta,
          takeOver,
          owner,
          port,
          action,
          workers,
          settings,
          standing);
    }
  }
}

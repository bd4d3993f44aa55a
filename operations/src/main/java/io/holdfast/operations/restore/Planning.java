package io.holdfast.operations.restore;

import io.holdfast.operations.notes.Notes;
import io.holdfast.operations.notes.Standing;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.wal.WalArchive;
import io.holdfast.postgres.Programs;
import io.holdfast.postgres.RecoveryMinimums;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.ClusterArchive;
import io.holdfast.repository.Manifest;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import io.holdfast.vocabulary.Together;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Makes plans. */
final class Planning {
  /** Below the ports that Linux gives to outgoing connections. */
  private static final int FIRST_PORT = 20_000;

  private static final int LAST_PORT = 32_000;
  private static final int TRIES = 100;
  private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_.$]*");

  private final ClusterArchive archive;
  private final OpenBackup opened;
  private final RestoreHost host;
  private final List<String> unreadable = new ArrayList<>();

  /** Backups that were removed and lie there still; only who names one gets it. */
  private int removed;

  Planning(ClusterArchive archive, OpenBackup opened, RestoreHost host) {
    this.archive = archive;
    this.opened = opened;
    this.host = host;
  }

  RestorePlan plan(RestoreRequest request, Progress progress) {
    checkRequest(request);
    progress.begin("planning", 0);
    try {
      Chosen chosen = choose(request);
      Route route = chosen.route();
      BackupReader backup = opened.of(route.backup().id());
      Manifest manifest = backup.manifest();
      PhysicalDetails details = PhysicalDetails.of(manifest);
      Needs needs = Together.both(() -> Inventory.of(backup), chosen::minimums, Needs::new);
      Inventory inventory = needs.inventory();
      TablespaceMap tablespaces =
          TablespaceMap.of(
              inventory.links(),
              details.tablespaces(),
              inventory.tablespaceBytes(),
              request.tablespaces());
      Ownership ownership =
          Ownership.of(Ownership.runsAsRoot(), request.owner(), inventory.owners());
      new Premises(request, details).check(tablespaces, host.keepAway());
      List<Space> space = space(request, inventory, tablespaces, route);
      Optional<Path> libraries = libraries(details);
      return new RestorePlan(
          archive.name(),
          request,
          manifest,
          details,
          route,
          inventory,
          ownership,
          tablespaces,
          settings(request, details, chosen.route(), needs.minimums(), libraries),
          space,
          notes(request, details, route, libraries));
    } finally {
      progress.end();
    }
  }

  private static void checkRequest(RestoreRequest request) {
    if (request.target() instanceof RecoveryTarget.Latest
        && request.action() != TargetAction.PROMOTE) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--action " + request.action().setting() + " needs a target to stop at",
          "Say one with --at, or leave --action out.");
    }
    if (request.takeOver() && request.start() && request.action() == TargetAction.PAUSE) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "--start cannot tell when a server that takes over has paused: its settings say where"
              + " it logs, and in which language",
          "Leave --start out and start it yourself, or leave --take-over out.");
    }
    for (String name : request.settings().keySet()) {
      if (!SETTING.matcher(name).matches()) {
        throw new HoldfastException(
            ExitStatus.USAGE,
            "'" + name + "' is not the name of a setting",
            "Write for example --set shared_buffers=1GB.");
      }
    }
    if (request.primaryConninfo().isPresent() && !request.standby()) {
      throw new HoldfastException(
          ExitStatus.USAGE, "a primary to follow goes with --standby only", "Add --standby.");
    }
    if (request.primaryConninfo().filter(Planning::holdsPassword).isPresent()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "a password does not belong into primary_conninfo: everybody who reads the"
              + " configuration would have it",
          "Put it into a file of the server's user and name that with passfile=.");
    }
  }

  private static boolean holdsPassword(String conninfo) {
    return Pattern.compile("(^|[\\s?&])password\\s*=|://[^/@]*:[^/@]*@").matcher(conninfo).find();
  }

  /** A route, and the WAL that it leads through. */
  private record Chosen(Route route, WalView wal) {
    Optional<RecoveryMinimums> minimums() {
      return wal.minimums(route.path(), route.backup().window().start(), route.end());
    }
  }

  /** What the backup's list of files and the WAL after it say of the place to restore to. */
  private record Needs(Inventory inventory, Optional<RecoveryMinimums> minimums) {}

  BackupId backupFor(RecoveryTarget target, Optional<BackupId> from) {
    RestoreRequest request = RestoreRequest.to(Path.of("/")).at(target).from(from).build();
    return choose(request).route().backup().id();
  }

  private Chosen choose(RestoreRequest request) {
    Map<Long, List<Candidate>> servers = candidates(request);
    if (servers.isEmpty() && !unreadable.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REPOSITORY_FAILED,
          "could not restore " + archive.name() + ": " + unreadable.getFirst(),
          "`holdfast verify` lists what is damaged.");
    }
    if (servers.isEmpty()) {
      throw new HoldfastException(
          ExitStatus.REFUSED,
          "could not restore " + archive.name() + ": the repository has no physical backup of it",
          removedOnes().orElse("`holdfast backup " + archive.name() + "` makes one."));
    }
    List<String> reasons = new ArrayList<>();
    List<String> reachable = new ArrayList<>();
    for (Map.Entry<Long, List<Candidate>> server : servers.entrySet()) {
      List<Candidate> candidates = server.getValue();
      Candidate newest = candidates.getFirst();
      ArchivedWal view =
          new ArchivedWal(
              WalArchive.of(archive, server.getKey(), newest.walSegmentSize()), newest.major());
      if (view.isEmpty()) {
        reasons.add("no WAL of server " + name(server.getKey()) + " is archived");
        continue;
      }
      switch (new RouteFinder(candidates, view)
          .find(request.target(), request.backup(), request.timeline())) {
        case RouteFinder.Outcome.Found(Route route) -> {
          for (String reason : reasons) {
            route = route.with("this is not the newest server that was backed up: " + reason);
          }
          return new Chosen(route, view);
        }
        case RouteFinder.Outcome.Missed(String reason) -> {
          reasons.add(
              servers.size() > 1 ? "of server " + name(server.getKey()) + ", " + reason : reason);
          reachable.add(new Reachable(candidates, view).sentence());
        }
      }
    }
    throw new HoldfastException(
        ExitStatus.REFUSED,
        "could not restore "
            + archive.name()
            + " to "
            + request.target()
            + ": "
            + reasons.getFirst(),
        reachable.isEmpty() ? removedOnes().orElse(null) : hint(reachable));
  }

  private String hint(List<String> reachable) {
    return String.join(" ", reachable) + removedOnes().map(words -> " " + words).orElse("");
  }

  /** They may be what reaches the target. */
  private Optional<String> removedOnes() {
    return removed == 0
        ? Optional.empty()
        : Optional.of(
            "Removed backups, of which there are "
                + removed
                + ", were passed over: `holdfast backups list --all` shows them, --backup restores"
                + " one, `holdfast backups undelete` brings one back.");
  }

  private static String name(long systemIdentifier) {
    return Long.toUnsignedString(systemIdentifier);
  }

  /** Physical backups by server, the server of the newest backup first. */
  private Map<Long, List<Candidate>> candidates(RestoreRequest request) {
    request.backup().ifPresent(id -> PhysicalDetails.of(opened.of(id).manifest()));
    Map<Long, List<Candidate>> servers = new LinkedHashMap<>();
    List<BackupId> standing = standing(request);
    Optional<BackupId> likely = request.backup().or(() -> standing.stream().findFirst());
    Together.inTurn(
        standing,
        ClusterArchive.AT_ONCE,
        id -> candidate(id, likely.equals(Optional.of(id))),
        (id, look) -> {
          look.candidate()
              .ifPresent(c ->
                  servers.computeIfAbsent(c.systemIdentifier(), s -> new ArrayList<>()).add(c));
          look.unreadable().ifPresent(unreadable::add);
        });
    if (request.backup().isPresent()) {
      BackupId asked = request.backup().get();
      servers.values().removeIf(list -> list.stream().noneMatch(c -> c.id().equals(asked)));
    }
    return servers;
  }

  /** Those that were not removed, and the one that is asked for in any case; newest first. */
  private List<BackupId> standing(RestoreRequest request) {
    return Together.both(
        () -> new Notes(archive).all(note -> {}),
        archive::backupIds,
        (standings, ids) -> {
          List<BackupId> standing = new ArrayList<>();
          for (BackupId id : ids.reversed()) {
            if (standings.getOrDefault(id, Standing.PLAIN).removed()
                && !request.backup().equals(Optional.of(id))) {
              removed++;
            } else {
              standing.add(id);
            }
          }
          return standing;
        });
  }

  /** What there is under an id: a physical backup, something else, or nothing that can be read. */
  private record Look(Optional<Candidate> candidate, Optional<String> unreadable) {}

  /** One that cannot be read stands in nobody's way. */
  private Look candidate(BackupId id, boolean likely) {
    try {
      BackupReader backup = archive.open(id);
      Manifest manifest = backup.manifest();
      if (!manifest.kind().equals(PhysicalDetails.KIND)) {
        return new Look(Optional.empty(), Optional.empty());
      }
      PhysicalDetails details = PhysicalDetails.of(manifest);
      if (likely) {
        opened.keep(backup);
      }
      return new Look(Optional.of(candidate(id, details)), Optional.empty());
    } catch (HoldfastException e) {
      return new Look(
          Optional.empty(), Optional.of("backup " + id + " is passed over: " + e.getMessage()));
    }
  }

  private static Candidate candidate(BackupId id, PhysicalDetails details) {
    return new Candidate(
        id,
        details.server().systemIdentifier(),
        details.server().major(),
        details.server().walSegmentSize(),
        details.window());
  }

  private static List<Space> space(
      RestoreRequest request, Inventory inventory, TablespaceMap tablespaces, Route route) {
    try {
      List<Space> space =
          Space.of(request.directory(), inventory, tablespaces, route.walBytes(), request.delta());
      space.forEach(Space::check);
      return space;
    } catch (IOException e) {
      throw WriteFailure.of("measure the space at", request.directory(), e);
    }
  }

  private Optional<Path> libraries(PhysicalDetails details) {
    if (SafetySettings.preloaded(details).isEmpty()) {
      return Optional.empty();
    }
    return Programs.find(details.server().major(), host.programs())
        .map(Programs::directory)
        .map(directory -> directory.resolveSibling("lib"))
        .map(lib ->
            java.nio.file.Files.isDirectory(lib.resolve("postgresql"))
                ? lib.resolve("postgresql")
                : lib);
  }

  private Map<String, String> settings(
      RestoreRequest request,
      PhysicalDetails details,
      Route route,
      Optional<RecoveryMinimums> minimums,
      Optional<Path> libraries) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (request.takeOver()) {
      settings.putAll(SafetySettings.standbyMinimums(details, minimums));
      request.port().ifPresent(port -> settings.put("port", Integer.toString(port)));
    } else {
      int port = request.port().orElseGet(Planning::freePort);
      settings.putAll(SafetySettings.of(details, request.directory(), port, libraries, minimums));
    }
    // Recovery takes a directory where it expects links for damage (CheckTablespaceDirectory).
    if (details.tablespaces().stream().anyMatch(t -> t.location().isEmpty())) {
      settings.put("allow_in_place_tablespaces", "on");
    }
    settings.putAll(request.settings());
    settings.putAll(RecoverySettings.of(request, route, host.walCommand()));
    return settings;
  }

  private int unarchivedWal(RestoreRequest request, PhysicalDetails details) {
    if (!request.delta()) {
      return 0;
    }
    try {
      Optional<WalArchive> wal = WalArchive.find(archive, details.server().systemIdentifier());
      return wal.isEmpty() ? 0 : UnarchivedWal.in(request.directory(), wal.get()).size();
    } catch (IOException e) {
      throw WriteFailure.of("look into", request.directory(), e);
    }
  }

  private static int freePort() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // taken
      }
    }
    throw new HoldfastException(
        ExitStatus.REFUSED, "could not find a free port", "Say one with --port.");
  }

  private List<String> notes(
      RestoreRequest request, PhysicalDetails details, Route route, Optional<Path> libraries) {
    List<String> notes = new ArrayList<>(unreadable);
    notes.addAll(route.notes());
    int unarchived = unarchivedWal(request, details);
    if (unarchived > 0) {
      notes.add(
          unarchived
              + " WAL files in "
              + request.directory()
              + " are not in the archive: they are put aside, not replayed; archive them first"
              + " with `holdfast wal push` if what they hold is wanted");
    }
    if (!details.findings().clean()) {
      notes.add(
          "the backup has "
              + details.findings().damagedPages()
              + " damaged pages, as its source had");
    }
    if (!request.takeOver()) {
      List<String> dropped = SafetySettings.dropped(details, libraries);
      if (!dropped.isEmpty()) {
        notes.add("shared_preload_libraries goes without " + String.join(", ", dropped));
      }
    }
    if (!details.configFiles().isEmpty()) {
      notes.add(
          "configuration lay outside of the data directory: postgresql.conf is made from the"
              + " settings in force at the backup"
              + (request.takeOver()
                  ? "; the source's own files are laid beside in holdfast.config"
                  : ""));
    }
    if (!route.historyKnown() && route.path().timeline() != 1) {
      notes.add("the history file of timeline " + route.path().timeline() + " is not archived");
    }
    return notes;
  }
}

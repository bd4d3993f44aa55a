package io.holdfast.cli.wiring;

import io.holdfast.repository.KeySlots;
import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.repository.RepositoryDamagedException;
import io.holdfast.s3.BucketProtection;
import io.holdfast.s3.RequestCounts;
import io.holdfast.settings.Encryption;
import io.holdfast.settings.KeySettings;
import io.holdfast.settings.NamedSite;
import io.holdfast.settings.RepositorySettings;
import io.holdfast.settings.RunCheck;
import io.holdfast.settings.S3Settings;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.settings.SettingsFile;
import io.holdfast.storage.Storage;
import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.ClusterName;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Secret;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens the rooms in their order: settings, storage, key, repository, cluster. Reads nothing before
 * it is asked.
 */
public final class Rooms {
  private final Supplier<Optional<Path>> config;
  private final InstantSource clock;
  private final RequestCounts requests = new RequestCounts();
  private final SiteLimits limits;
  private final Consumer<String> warnings;
  private @Nullable Consumer<OpenRepository> firstOpened;
  private @Nullable OpenRepository kept;

  /**
   * @param config the configuration file that was named, once the command line has been read
   * @param warnings of sites that are left out, and the like
   */
  public Rooms(Supplier<Optional<Path>> config, InstantSource clock, Consumer<String> warnings) {
    this.config = config;
    this.clock = clock;
    this.limits = new SiteLimits(clock);
    this.warnings = warnings;
  }

  public Settings settings() {
    return SettingsFile.load(SettingsFile.find(config.get()));
  }

  /** As above; a scheduled command that could not be typed is a fault of the file too. */
  public Settings settings(RunCheck commands) {
    return SettingsFile.load(SettingsFile.find(config.get()), commands);
  }

  public Optional<Path> configNamed() {
    return config.get();
  }

  /** What was asked of buckets until now. */
  public RequestCounts requests() {
    return requests;
  }

  /** The configured repository, to write to; the caller closes it. */
  public OpenRepository repository() {
    return open(settings().repository());
  }

  /** As above, for settings at hand. */
  public OpenRepository open(RepositorySettings settings) {
    return open(settings, Sites.toWrite(settings.sites(), requests, limits, warnings));
  }

  /**
   * To read only, from whichever of its sites can be reached.
   *
   * @param from or only from one of them, or as it was
   */
  public OpenRepository reading(RepositorySettings settings, ReadFrom from) {
    if (from.asOf().isPresent()) {
      List<NamedSite> sites =
          from.site().map(name -> List.of(settings.site(name))).orElse(settings.sites());
      Storage past = Sites.asOf(sites, from.asOf().get(), requests, limits, warnings);
      past.copies().leaveOut(from.without());
      return open(settings, past).readFrom(from);
    }
    if (from.site().isPresent()) {
      return onSite(settings, from.site().get()).readFrom(from);
    }
    return readingAny(settings, from);
  }

  /** A site whose keys are damaged keeps nobody from what the others have. */
  private OpenRepository readingAny(RepositorySettings settings, ReadFrom from) {
    List<String> without = new ArrayList<>(from.without());
    for (; ; ) {
      Storage sites = Sites.toRead(settings.sites(), requests, limits, warnings);
      sites.copies().leaveOut(without);
      try {
        return open(settings, sites).readFrom(from.without(without));
      } catch (RepositoryDamagedException e) {
        List<String> left =
            settings.sites().stream()
                .map(NamedSite::name)
                .filter(name -> !without.contains(name))
                .toList();
        if (left.size() < 2) {
          throw e;
        }
        warnings.accept(
            "site " + left.getFirst() + " is left out, for it cannot be opened: " + e.getMessage());
        without.add(left.getFirst());
      }
    }
  }

  /** One site by itself, for what concerns that one alone. */
  public OpenRepository onSite(RepositorySettings settings, String site) {
    return open(settings, Sites.open(settings.site(site), requests, limits));
  }

  /** What keeps the objects of a bucket from being deleted; tries it with objects of its own. */
  public BucketProtection protection(S3Settings bucket) {
    return Buckets.probe(bucket, requests);
  }

  /** One site as it was at a moment; the caller closes it. */
  public Storage storageAsOf(NamedSite site, Instant moment) {
    return Sites.asOf(List.of(site), moment, requests, limits, warnings);
  }

  /** A site that may hold no repository yet; the caller closes it. */
  public Storage storage(NamedSite site) {
    return Sites.open(site, requests, limits);
  }

  private OpenRepository open(RepositorySettings settings, Storage storage) {
    try {
      Repository repository = openWithKey(settings, storage);
      return keep(new OpenRepository(storage, repository, settings));
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  /**
   * From now on the first repository that is opened stays open beyond its user, for whoever has
   * something to add with its keys; he closes it.
   *
   * @param then called with it before its user has it; what it throws keeps him from having it
   */
  public synchronized void keepFirst(Consumer<OpenRepository> then) {
    firstOpened = then;
  }

  /** That one; empty if none was opened. */
  public synchronized Optional<OpenRepository> kept() {
    return Optional.ofNullable(kept);
  }

  private synchronized OpenRepository keep(OpenRepository opened) {
    if (firstOpened == null || kept != null) {
      return opened;
    }
    try {
      firstOpened.accept(opened);
    } catch (RuntimeException e) {
      opened.repository().close();
      throw e;
    }
    kept = opened;
    return opened.lend();
  }

  private Repository openWithKey(RepositorySettings settings, Storage storage) {
    if (settings.key().isEmpty()) {
      return Repository.open(storage, new KeySource.None(), clock);
    }
    try (Secret secret = Secrets.read(settings.key().get())) {
      Repository repository = Repository.open(storage, keys(settings.key().get(), secret), clock);
      if (settings.encryption() == Encryption.REQUIRED && !repository.encrypted()) {
        repository.close();
        throw new HoldfastException(
            ExitStatus.REFUSED,
            "the repository "
                + settings.description()
                + " is not encrypted, but encryption is required",
            "It may have been replaced. If it is meant to be so, write 'encryption: none'.");
      }
      return repository;
    }
  }

  /** What opens a repository, as the settings say it. */
  public static KeySource keys(KeySettings settings, Secret secret) {
    return settings instanceof KeySettings.PrivateKeyFile
        ? new KeySource.Keys(List.of(), List.of(secret))
        : new KeySource.Keys(List.of(secret), List.of());
  }

  /** Makes a repository on a site that has none. */
  void create(Storage storage, KeySource first) {
    Repository.create(storage, first, "first", clock).close();
  }

  /** Makes the places of the further sites sites of the repository, where they are none yet. */
  void foundFurther(RepositorySettings settings) {
    for (NamedSite site : settings.sites().subList(1, settings.sites().size())) {
      try (Storage from = storage(settings.sites().getFirst());
          Storage to = storage(site)) {
        Repository.found(from, to);
      } catch (StorageException e) {
        if (site.required()) {
          throw e;
        }
        warnings.accept(
            "site "
                + site.name()
                + " is not set up: "
                + e.getMessage()
                + ". `holdfast sync "
                + site.name()
                + "` does it later");
      }
    }
  }

  /**
   * The cluster of that name, or the only one; the caller closes it.
   *
   * @throws HoldfastException (usage) if there is none, or more than one and no name
   */
  public OpenCluster cluster(Optional<String> name) {
    Settings settings = settings();
    return cluster(settings, open(settings.repository()), name);
  }

  /** As above, to read only. */
  public OpenCluster readingCluster(Optional<String> name, ReadFrom from) {
    Settings settings = settings();
    return cluster(settings, reading(settings.repository(), from), name);
  }

  /**
   * As above, to change what one site alone has: what is deleted or noted there stays as it is on
   * the others.
   *
   * @param site the first one if left out
   */
  public OpenCluster clusterOnSite(Optional<String> name, Optional<String> site) {
    Settings settings = settings();
    return cluster(settings, onSite(settings.repository(), site), name);
  }

  private OpenRepository onSite(RepositorySettings settings, Optional<String> site) {
    return onSite(settings, site.orElse(settings.sites().getFirst().name()));
  }

  private static OpenCluster cluster(
      Settings settings, OpenRepository repository, Optional<String> name) {
    try {
      List<OpenCluster> all = clusters(settings, repository, name);
      if (all.size() != 1) {
        throw notOne(settings, all);
      }
      return all.getFirst();
    } catch (RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  /** Visits the cluster of that name, or all of them, to read only. */
  public void eachCluster(Optional<String> name, ReadFrom from, Consumer<OpenCluster> visitor) {
    Settings settings = settings();
    try (OpenRepository repository = reading(settings.repository(), from)) {
      clusters(settings, repository, name).forEach(visitor);
    }
  }

  /** Runs a look at one declared cluster. */
  public <T> T withCluster(Settings settings, ClusterName name, Function<OpenCluster, T> look) {
    try (OpenRepository repository = open(settings.repository())) {
      return look.apply(clusters(settings, repository, Optional.of(name.text())).getFirst());
    }
  }

  /** Declared clusters, then those that only the repository knows; or just the one of that name. */
  public static List<OpenCluster> clusters(
      Settings settings, OpenRepository repository, Optional<String> wanted) {
    Set<ClusterName> names = new LinkedHashSet<>(settings.clusters().keySet());
    Optional<ClusterName> one = wanted.map(ClusterName::new);
    if (one.filter(names::contains).isEmpty()) {
      repository.repository().clusters().forEach(stored -> names.add(new ClusterName(stored)));
    }
    if (one.isPresent() && !names.contains(one.get())) {
      settings.cluster(one.get());
    }
    return names.stream()
        .filter(name -> one.isEmpty() || one.get().equals(name))
        .map(name ->
            new OpenCluster(
                settings.file(),
                name,
                Optional.ofNullable(settings.clusters().get(name)),
                repository))
        .toList();
  }

  private static HoldfastException notOne(Settings settings, List<OpenCluster> all) {
    if (all.isEmpty()) {
      return new HoldfastException(
          ExitStatus.USAGE,
          settings.file() + " declares no clusters, and the repository has none",
          "Add one below 'clusters:'.");
    }
    return new HoldfastException(
        ExitStatus.USAGE,
        "which cluster? There are "
            + String.join(", ", all.stream().map(OpenCluster::name).toList()),
        "Name one of them.");
  }

  /**
   * @throws HoldfastException (usage) if it is not encrypted
   */
  public static KeySlots keySlots(Repository repository) {
    return repository
        .keySlots()
        .orElseThrow(() ->
            new HoldfastException(
                ExitStatus.USAGE,
                "the repository " + repository.description() + " is not encrypted",
                "It has no keys. An encrypted one has to be created as such: holdfast init."));
  }
}

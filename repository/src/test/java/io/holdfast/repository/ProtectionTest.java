package io.holdfast.repository;

import static io.holdfast.repository.SampleRepository.commit;
import static io.holdfast.repository.SampleRepository.content;
import static io.holdfast.repository.SampleRepository.file;
import static io.holdfast.repository.SampleRepository.files;
import static io.holdfast.repository.SampleRepository.id;
import static io.holdfast.repository.SampleRepository.keys;
import static io.holdfast.repository.SampleRepository.whole;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Site;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a backup needs is kept from being deleted on each site before it is announced there. */
final class ProtectionTest {
  private static final String FIRST_PACK = "clusters/main/packs/" + id(1) + "/000001.pack";

  /**
   * One call.
   *
   * @param announced the manifests that were there
   */
  private record Call(List<String> keys, List<String> announced) {}

  /** A site that keeps objects from being deleted, and notes which. */
  private static Storage keeping(Storage site, List<Call> calls) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("protect")) {
                calls.add(new Call(given(arguments[0]), keys(site, "clusters/main/backups")));
                return null;
              }
              try {
                return method.invoke(site, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static List<String> given(Object argument) {
    return ((Collection<?>) ((Supplier<?>) argument).get())
        .stream().map(key -> ((ObjectKey) key).text()).toList();
  }

  @Test
  void eachSiteKeepsWhatABackupInheritsBeforeItIsAnnounced() {
    Storage nas = Storages.memory("nas");
    Storage offsite = Storages.memory("offsite");
    SampleRepository.found(nas, true).close();
    nas.list("", stat -> offsite.create(stat.key(), nas.read(stat.key()).content()));
    List<Call> onNas = new CopyOnWriteArrayList<>();
    List<Call> onOffsite = new CopyOnWriteArrayList<>();
    List<Site> sites =
        List.of(
            new Site("nas", keeping(nas, onNas), true),
            new Site("offsite", keeping(offsite, onOffsite), true));
    try (Repository repository =
        Repository.open(
            Storages.mirror(sites, Repository.placement(), line -> {}, Patience.USUAL),
            SampleRepository.keys(true),
            () -> SampleRepository.NOW)) {
      ClusterArchive cluster = repository.cluster("main");
      backup(cluster);
      inherit(cluster);
    }

    for (List<Call> calls : List.of(onNas, onOffsite)) {
      assertThat(calls).hasSize(2);
      assertThat(calls.getFirst().announced()).isEmpty();
      assertThat(calls.getLast().announced()).singleElement().asString().contains(id(1).text());
      assertThat(calls.getLast().keys())
          .contains("holdfast.json", FIRST_PACK)
          .anyMatch(key -> key.startsWith("keys/"))
          .noneMatch(key -> key.contains("leases"));
    }
  }

  private static void backup(ClusterArchive cluster) {
    byte[] first = content(3000, 1);
    try (BackupWriter writer = cluster.begin(id(1), WriteOptions.DEFAULT)) {
      ChunkRef one;
      try (ChunkSink sink = writer.openSink()) {
        one = sink.store(first, 0, first.length);
      }
      writer.add(file("a", List.of(whole(one))));
      commit(writer);
    }
  }

  private static void inherit(ClusterArchive cluster) {
    BackupReader parent = cluster.open(id(1));
    try (BackupWriter writer = cluster.begin(id(2), WriteOptions.DEFAULT)) {
      writer.inheriting(parent.manifest(), Set.of());
      files(parent).forEach(writer::add);
      commit(writer);
    }
  }
}

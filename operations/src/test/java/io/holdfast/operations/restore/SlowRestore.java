package io.holdfast.operations.restore;

import io.holdfast.repository.KeySource;
import io.holdfast.repository.Repository;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.HoldfastException;
import io.holdfast.vocabulary.Progress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A process to be killed: restores, and writes a dot for every piece that was written. */
final class SlowRestore {
  private SlowRestore() {}

  public static void main(String[] words) {
    Progress dots =
        new Progress() {
          @Override
          public void begin(String task, long totalBytes) {}

          @Override
          public void advance(long bytes) {
            System.out.print('.');
            System.out.flush();
          }

          @Override
          public void end() {}

          @Override
          public void note(String line) {}

          @Override
          public void warn(String line) {}
        };
    try (Storage storage = Storages.local(Path.of(words[0]));
        Repository repository =
            Repository.open(storage, new KeySource.None(), InstantSource.system())) {
      Restore restore =
          new Restore(
              repository.cluster("main"),
              new RestoreHost(List.of("false"), List.of(), List.of(), Optional.empty()),
              InstantSource.system());
      RestoreRequest request = RestoreRequest.to(Path.of(words[1])).delta(true).build();
      restore.run(restore.plan(request, Progress.NONE), dots);
    } catch (HoldfastException e) {
      System.out.println(e.getMessage() + "\nHINT: " + e.hint().orElse(""));
      System.exit(e.status().code());
    }
  }
}

package io.holdfast.storage.mirror;

import io.holdfast.storage.StorageException;
import io.holdfast.vocabulary.Together;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders that any site has. All are asked at once. */
record MergedFolders(List<Member> members) {
  /** Either of the two. */
  private record Answer(List<String> folders, @Nullable StorageException failure) {}

  List<String> below(String prefix) {
    List<Member> part = members.stream().filter(Member::takesPart).toList();
    List<Answer> answers = Together.ask(part, member -> ask(member, prefix));
    List<StorageException> failures =
        answers.stream().map(Answer::failure).filter(Objects::nonNull).toList();
    if (failures.size() == part.size()) {
      throwFirst(failures);
    }
    TreeSet<String> folders = new TreeSet<>();
    answers.forEach(answer -> folders.addAll(answer.folders()));
    return List.copyOf(folders);
  }

  private static Answer ask(Member member, String prefix) {
    try {
      return new Answer(member.storage().folders(prefix), null);
    } catch (StorageException e) {
      member.failed("list", e);
      return new Answer(List.of(), e);
    }
  }

  /** Of the sites that do not take part, where none was asked. */
  private void throwFirst(List<StorageException> failures) {
    Optional<StorageException> first =
        Stream.concat(failures.stream(), members.stream().flatMap(m -> m.trouble().stream()))
            .findFirst();
    if (first.isPresent()) {
      throw first.get();
    }
  }
}

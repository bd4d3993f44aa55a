package io.holdfast.repository.archive;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.ObjectStat;
import io.holdfast.storage.ObjectWriter;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Versioned;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A storage that a program too old to write there may still read. */
final class ReadOnlyStorage implements Storage {
  private final Storage storage;

  ReadOnlyStorage(Storage storage) {
    this.storage = storage;
  }

  private HoldfastException refusal(String attempt) {
    return new HoldfastException(
        ExitStatus.REFUSED,
        "could not "
            + attempt
            + ": the repository at "
            + description()
            + " has a newer format, which this program may only read",
        "Use the newer Holdfast that wrote it.");
  }

  @Override
  public String description() {
    return storage.description();
  }

  @Override
  public void create(ObjectKey key, byte[] content) {
    throw refusal("create " + key);
  }

  @Override
  public ObjectWriter write(ObjectKey key) {
    throw refusal("write " + key);
  }

  @Override
  public boolean replace(ObjectKey key, String expected, byte[] content) {
    throw refusal("replace " + key);
  }

  @Override
  public boolean deleteIf(ObjectKey key, String expected) {
    throw refusal("delete " + key);
  }

  @Override
  public Versioned read(ObjectKey key) {
    return storage.read(key);
  }

  @Override
  public void read(ObjectKey key, long offset, byte[] into, int at, int length) {
    storage.read(key, offset, into, at, length);
  }

  @Override
  public byte[] beginning(ObjectKey key, int most) {
    return storage.beginning(key, most);
  }

  @Override
  public InputStream stream(ObjectKey key, long offset) {
    return storage.stream(key, offset);
  }

  @Override
  public Optional<ObjectStat> stat(ObjectKey key) {
    return storage.stat(key);
  }

  @Override
  public void list(String prefix, Consumer<ObjectStat> consumer) {
    storage.list(prefix, consumer);
  }

  @Override
  public List<String> folders(String prefix) {
    return storage.folders(prefix);
  }

  @Override
  public void delete(ObjectKey key) {
    throw refusal("delete " + key);
  }

  @Override
  public void leftovers(String prefix, Consumer<ObjectStat> consumer) {
    storage.leftovers(prefix, consumer);
  }

  @Override
  public void deleteLeftover(ObjectStat leftover) {
    throw refusal("delete " + leftover.key());
  }

  @Override
  public void close() {
    storage.close();
  }
}

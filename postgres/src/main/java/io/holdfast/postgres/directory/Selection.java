package io.holdfast.postgres.directory;

import io.holdfast.postgres.RelationFile;
import io.holdfast.postgres.RelationFile.Fork;
import java.util.Optional;

/**
 * What a backup copies of one directory, however its names were listed; the rules are those of
 * basebackup.c's sendDir. Everything is decided from the one listing: a relation that becomes
 * logged or unlogged changes its number.
 */
public final class Selection {
  private static final String TABLESPACES = "pg_tblspc";

  private final String directory;
  private final NameList names;
  private final Optional<RelationDirectory> relations;

  /**
   * @param directory relative path; "" for the data directory itself
   * @param names sorted
   */
  public Selection(String directory, NameList names) {
    this.directory = directory;
    this.names = names;
    this.relations = RelationDirectory.parse(directory);
  }

  /** One name that is copied. */
  public record Chosen(String path, String name, Optional<RelationFile> relation) {}

  /** Of all names, also those that are left out. */
  public int size() {
    return names.size();
  }

  /** Empty for a name that is left out. */
  public Optional<Chosen> get(int index) {
    String name = names.get(index);
    Optional<RelationFile> relation = relations.flatMap(r -> r.file(name));
    boolean left =
        Exclusions.entry(directory, name)
            || relations.filter(r -> r.isTemporary(name)).isPresent()
            || relation.filter(this::isUnlogged).isPresent();
    return left ? Optional.empty() : Optional.of(new Chosen(below(name), name, relation));
  }

  private boolean isUnlogged(RelationFile file) {
    return file.fork() != Fork.INIT && names.contains(file.relation() + "_init");
  }

  private String below(String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /** Whether that is where the server has its tablespaces, and the name is one's. */
  public static boolean isTablespace(String directory, String name) {
    return directory.equals(TABLESPACES)
        && !name.isEmpty()
        && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}

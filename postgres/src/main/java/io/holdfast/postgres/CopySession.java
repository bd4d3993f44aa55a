package io.holdfast.postgres;

import io.holdfast.postgres.copy.JdbcCopy;
import java.util.List;
import java.util.Optional;

/**
 * One database of a restored copy that is thrown away afterwards: as a superuser, who may make
 * extensions in it. Asks the copy whether it is sound, with PostgreSQL's own checks. Not
 * thread-safe.
 */
public interface CopySession extends AutoCloseable {
  /**
   * @param connection its {@code dbname} is the database
   */
  static CopySession connect(ConnectionSettings connection) {
    return JdbcCopy.connect(connection);
  }

  /** Names of roles that may log in and are superusers, the first one made first. */
  List<String> superusers();

  /**
   * Databases that take connections, templates too, by name; not those whose DROP was interrupted
   * (datconnlimit -2, pg_database.h).
   */
  List<DatabaseFacts> databases();

  /**
   * @param collationVersion recorded when its indexes were built; "" if none is
   * @param providerVersion that this machine's library has; "" if it says none
   */
  record DatabaseFacts(
      String name,
      String encoding,
      String collate,
      String collationVersion,
      String providerVersion) {
    /** Whether texts may be in another order here than where the indexes were built. */
    public boolean collationDiffers() {
      return !collationVersion.isEmpty()
          && !providerVersion.isEmpty()
          && !collationVersion.equals(providerVersion);
    }
  }

  /**
   * Makes an extension, unless it is there.
   *
   * @return why it cannot be made; empty if it is there now
   */
  Optional<String> provide(String extension);

  /**
   * Libraries that functions of the database are in and that this machine's server cannot load,
   * each with what it says.
   */
  List<String> missingLibraries();

  /**
   * Collations, beside the database's own, that are in use and of which this machine has another
   * version.
   */
  List<String> driftedCollations();

  /**
   * Roles that something in the cluster belongs to or is granted to, and that do not exist, each
   * with how much there is of it.
   */
  List<String> missingRoles();

  /** B-tree indexes that are valid and have pages, those of the system too. */
  List<Relation> btrees();

  /** Likewise GIN indexes; none where amcheck cannot check them, which is before version 18. */
  List<Relation> gins();

  /** What has rows in a heap: tables, materialised views, TOAST, those of the system too. */
  List<Relation> heaps();

  /** Tables and materialised views with a B-tree index that has to lead to each of their rows. */
  List<Relation> indexed();

  /**
   * @param name with its schema, quoted where needed
   */
  record Relation(long oid, String name) {}

  /**
   * Checks one B-tree and that it has an entry for every row ({@code bt_index_parent_check} of
   * amcheck, with heapallindexed). Where a prepared transaction has written to the table, that has
   * to leave out what the levels of the tree say of each other ({@code bt_index_check}).
   */
  Checked checkBtree(Relation index);

  /** Checks the tree of one GIN index by itself ({@code gin_index_check} of amcheck). */
  Checked checkGin(Relation index);

  /** Reads every row of a heap, and its TOAST ({@code verify_heapam} of amcheck). */
  Checked checkHeap(Relation heap);

  /** Whether the visibility map says no more than is true ({@code pg_visibility}). */
  Checked checkVisibility(Relation heap);

  /**
   * Counts the rows of a table twice, in its pages and from an index, in one snapshot: a file that
   * lost its end is read without complaint, but the index leads beyond it.
   *
   * @return empty if it was left out, for no index can be read alone for the price of reading the
   *     table some thirty times
   */
  Optional<Checked> checkRows(Relation table);

  /**
   * What a check gave.
   *
   * @param faults the first ones; empty if none was found
   * @param total how many there are
   * @param about what is damaged
   * @param unable why it could not be checked at all
   */
  record Checked(List<String> faults, long total, About about, Optional<String> unable) {
    public static final Checked FINE =
        new Checked(List.of(), 0, About.WHAT_WAS_ASKED, Optional.empty());

    /** What is damaged. */
    public enum About {
      /** That what was asked for does not hold. */
      WHAT_WAS_ASKED,
      /** A file that is not there or cannot be read. */
      A_FILE,
      /** The table that was read on the way. */
      ITS_TABLE,
      /** The index that was read on the way. */
      ITS_INDEX
    }

    public static Checked damaged(About about, String fault) {
      return new Checked(List.of(fault), 1, about, Optional.empty());
    }

    public static Checked unable(String why) {
      return new Checked(List.of(), 0, About.WHAT_WAS_ASKED, Optional.of(why));
    }

    /** How many faults are kept of one thing. */
    public static final int LISTED = 20;

    public Checked {
      faults = List.copyOf(faults);
    }
  }

  /** What became of a transaction, as far as this server knows. */
  enum Fate {
    COMMITTED,
    /** It failed, or has not ended, or has not begun yet. */
    NOT_COMMITTED,
    /** So long ago that nobody remembers. */
    UNKNOWN
  }

  /**
   * What became of a transaction.
   *
   * @param xid its low 32 bits; of those the one that is nearest to now
   */
  Fate fateOf(long xid);

  /** Tables of the user that have rows of their own, with how many, counted one by one. */
  List<TableCount> counts();

  /** Rows of one table. */
  record TableCount(String schema, String name, long rows) {
    public String qualified() {
      return schema + "." + name;
    }
  }

  /** Sequences of columns whose next value is in the column already, or beyond it. */
  List<String> sequencesBehind();

  /**
   * Runs a question of the user's, read-only, with the database's own search_path, and expects one
   * row with one true or false.
   *
   * @return the answer; what stands in its way is a {@link PostgresException}
   */
  boolean holds(String question, java.time.Duration patience);

  @Override
  void close();
}

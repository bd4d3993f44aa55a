package io.holdfast.storage;

import java.util.Optional;

/**
 * Which objects go to which of several sites, told by whoever knows what they are: to a storage,
 * names are only names. Thread-safe.
 */
public interface Placement {
  /** Where an object belongs, by its name. */
  enum Place {
    /** On the site where it was made, and never copied: leases, and what a site says of itself. */
    PRIMARY,
    /** On every site. Immutable: two that bear one name and differ are never reconciled. */
    EVERYWHERE,
    /** On every site, as it is on the primary: replaced there, it is replaced on the others. */
    DOCUMENT,
    /**
     * On a further site only once all that it names is there, which its writer sees to, through
     * {@link Copies#onFurther}: its existence says that something is whole.
     */
    WHEN_COMPLETE;

    /** Whether what one site holds under a name may stand in for what another one lost. */
    public boolean isImmutable() {
      return this == EVERYWHERE || this == WHEN_COMPLETE;
    }
  }

  Place of(ObjectKey key);

  /**
   * Whether deleting the object is a writer's taking back what only he needed, to be done on every
   * site. Anything else is deleted on the primary alone: another site may need it longer.
   */
  boolean isTakenBackEverywhere(ObjectKey key);

  /**
   * Whether the object is kept from being deleted where a site can do that: what a backup cannot be
   * restored without, and what neither changes nor goes in daily life.
   */
  boolean isProtected(ObjectKey key);

  /**
   * The object that tells whose site it is. A further site without it, or with another identity, is
   * not touched: a file system that is not mounted looks like an empty site.
   */
  Optional<ObjectKey> identityKey();

  /** What must be the same on all sites, out of the content of that object. */
  String identity(byte[] content);
}

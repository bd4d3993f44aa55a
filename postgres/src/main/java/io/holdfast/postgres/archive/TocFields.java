package io.holdfast.postgres.archive;

import io.holdfast.postgres.archive.Cursor.MoreNeeded;

/**
 * Where in the bytes of an entry the texts lie that name its schema.
 *
 * @param definition where the definition begins; drop statement, copy statement and schema follow
 * @param behindSchema where the rest begins
 */
record TocFields(
    int definition,
    boolean hasDefinition,
    boolean hasDrop,
    boolean hasCopy,
    boolean hasSchema,
    int behindSchema) {
  static TocFields of(byte[] bytes, int from, int to) {
    Cursor cursor = new Cursor();
    cursor.over(bytes, from, to);
    try {
      cursor.number(); // dump id
      cursor.number(); // has data
      cursor.skipText(); // catalog
      cursor.skipText(); // oid
      cursor.skipText(); // tag
      cursor.skipText(); // kind
      cursor.number(); // section
      int definition = cursor.at();
      boolean hasDefinition = cursor.skipText();
      boolean hasDrop = cursor.skipText();
      boolean hasCopy = cursor.skipText();
      boolean hasSchema = cursor.skipText();
      return new TocFields(definition, hasDefinition, hasDrop, hasCopy, hasSchema, cursor.at());
    } catch (MoreNeeded e) {
      throw new IllegalStateException("an entry that was read before", e);
    }
  }
}

package io.holdfast.s3;

/** Requests as stores put them on the bill. */
public enum RequestKind {
  /** Writes: PUT, and what belongs to uploads in parts. */
  PUT,
  LIST,
  GET,
  HEAD,
  /** Deletes and aborts, which cost nothing at most stores. */
  DELETE
}

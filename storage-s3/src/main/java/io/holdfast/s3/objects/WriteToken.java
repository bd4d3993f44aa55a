package io.holdfast.s3.objects;

import java.util.UUID;

/**
 * Goes with one write into the object's metadata. When an answer is lost, or says that there is an
 * object already, the object itself tells whose write it was.
 */
record WriteToken(String text) {
  static WriteToken next() {
    return new WriteToken(UUID.randomUUID().toString());
  }
}

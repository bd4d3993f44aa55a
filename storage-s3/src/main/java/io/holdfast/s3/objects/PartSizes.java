package io.holdfast.s3.objects;

/**
 * How large each part of an upload is. All are the same for the first 2000, as some stores want it,
 * and that is enough for every pack; then they double twice, so that the 10,000 parts which an
 * upload may have reach far.
 *
 * @param first bytes of the first parts
 */
record PartSizes(int first) {
  /** Of every S3. */
  static final int MOST = 10_000;

  private static final int STEP = MOST / 5;

  /**
   * @param number from 1
   */
  int of(int number) {
    if (number <= STEP) {
      return first;
    }
    return Math.multiplyExact(first, number <= 2 * STEP ? 2 : 4);
  }

  /** The largest object: with parts of 5 MiB 146 GiB. */
  long largest() {
    return (long) STEP * first + 2L * STEP * first + 4L * (MOST - 2 * STEP) * first;
  }
}

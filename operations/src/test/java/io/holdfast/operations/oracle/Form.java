package io.holdfast.operations.oracle;

/** In which form these tests run: a short one, or with {@code -Dholdfast.oracle=full} the whole. */
final class Form {
  private Form() {}

  static boolean isFull() {
    return "full".equals(System.getProperty("holdfast.oracle"));
  }
}

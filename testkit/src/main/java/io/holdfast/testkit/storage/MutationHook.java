package io.holdfast.testkit.storage;

/** Told before a store is changed: the place to kill, to race or to look. */
@FunctionalInterface
public interface MutationHook {
  /**
   * @param number of this change, from 1
   * @param what the object's key
   */
  void before(int number, Call call, String what);
}

package io.holdfast.repository;

import io.holdfast.storage.ObjectKey;
import io.holdfast.storage.Storage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A store in which something else happens just before chosen calls, as if another process came in
 * between. What happens must not call this store. For one thread; a call while something happens,
 * and any call of another thread, is let through.
 */
final class Interference {
  private final Storage below;
  private final Thread caller = Thread.currentThread();
  private final List<Event> events = new ArrayList<>();
  private int calls;
  private int callsFromTurn = -1;
  private boolean busy;

  private record Event(IntPredicate call, IntPredicate fromTurn, Runnable what) {}

  Interference(Storage below) {
    this.below = below;
  }

  /** Before the n-th call, counted from 1. */
  void atCall(int nth, Runnable what) {
    events.add(new Event(call -> call == nth, fromTurn -> false, what));
  }

  /** Before the n-th call from the one that creates or deletes a manifest: 0 is that one itself. */
  void fromTurn(int nth, Runnable what) {
    events.add(new Event(call -> false, fromTurn -> fromTurn == nth, what));
  }

  Storage storage() {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (Thread.currentThread().equals(caller) && !busy) {
      interfere(method, arguments);
    }
    try {
      return method.invoke(below, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void interfere(Method method, Object[] arguments) {
    calls++;
    boolean turns =
        List.of("create", "delete").contains(method.getName())
            && ((ObjectKey) arguments[0]).text().endsWith(".manifest");
    if (turns || callsFromTurn >= 0) {
      callsFromTurn++;
    }
    busy = true;
    try {
      for (Event event : events) {
        if (event.call().test(calls) || event.fromTurn().test(callsFromTurn)) {
          event.what().run();
        }
      }
    } finally {
      busy = false;
    }
  }
}

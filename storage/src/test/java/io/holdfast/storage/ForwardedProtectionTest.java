package io.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What wraps a site hands on what is to be kept: left out, it would be lost in silence. */
final class ForwardedProtectionTest {
  enum Wrapping {
    PATIENT(site -> Storages.patient(site, Patience.USUAL)),
    LIMITED(site -> Storages.limited(site, new RateLimit(1L << 30, System::nanoTime)));

    final Function<Storage, Storage> around;

    Wrapping(Function<Storage, Storage> around) {
      this.around = around;
    }
  }

  @ParameterizedTest
  @EnumSource
  void handsOnWhatIsToBeKept(Wrapping wrapping) {
    List<String> called = new ArrayList<>();
    Storage site =
        (Storage)
            Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) -> {
                  called.add(method.getName());
                  return method.getReturnType() == String.class ? "site" : null;
                });
    try (Storage wrapped = wrapping.around.apply(site)) {
      wrapped.protect(List::of);
      assertThat(called).contains("protect");
    }
  }
}

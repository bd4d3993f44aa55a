package io.holdfast.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What wraps a site hands on what is to be kept: left out, it would be lost in silence. */
final class ForwardedProtectionTest {
  static Stream<Named<UnaryOperator<Storage>>> wrappings() {
    return Stream.of(
        Named.of("patient", site -> Storages.patient(site, Patience.USUAL)),
        Named.of(
            "limited", site -> Storages.limited(site, new RateLimit(1L << 30, System::nanoTime))));
  }

  @ParameterizedTest
  @MethodSource("wrappings")
  void handsOnWhatIsToBeKept(UnaryOperator<Storage> wrapping) {
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
    try (Storage wrapped = wrapping.apply(site)) {
      wrapped.protect(List::of);
      assertThat(called).contains("protect");
    }
  }
}

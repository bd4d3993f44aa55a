package io.holdfast.postgres.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NameListTest {
  @Test
  void ordersByBytesAndFindsEachName() {
    Random random = new Random(42);
    List<String> expected = new ArrayList<>();
    NameList names = new NameList();
    for (int i = 0; i < 3000; i++) {
      StringBuilder name = new StringBuilder();
      for (int j = random.nextInt(1, 5); j > 0; j--) {
        name.append((char) (random.nextBoolean() ? random.nextInt(1, 256) : 'a'));
      }
      if (!expected.contains(name.toString())) {
        expected.add(name.toString());
        names.add(name.toString());
      }
    }
    expected.sort(null);
    names.sort();
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      found.add(names.get(i));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(expected).allMatch(names::contains);
    assertThat(names.contains("aaaaaa")).isFalse();
    assertThat(names.contains("")).isFalse();
  }

  @Test
  void holdsNothing() {
    NameList names = new NameList();
    names.sort();
    assertThat(names.size()).isZero();
    assertThat(names.contains("a")).isFalse();
  }
}

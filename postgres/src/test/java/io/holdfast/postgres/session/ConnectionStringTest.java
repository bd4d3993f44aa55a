package io.holdfast.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.vocabulary.HoldfastException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionStringTest {
  private static Map<String, String> parse(String text) {
    return ConnectionString.parse(text).parameters();
  }

  @Test
  void readsPairsWithQuotesAndEscapes() {
    assertThat(parse(" host = /run/pg  user='o\\'neil x'\tdbname=a\\ b port=  6000 "))
        .isEqualTo(Map.of("host", "/run/pg", "user", "o'neil x", "dbname", "a b", "port", "6000"));
    assertThat(parse("user='' dbname=x")).containsEntry("user", "");
    assertThat(parse("")).isEmpty();
  }

  @Test
  void readsUris() {
    assertThat(parse("postgresql://me@db.example.org:5433/my%20shop?sslmode=require"))
        .isEqualTo(
            Map.of(
                "user", "me",
                "host", "db.example.org",
                "port", "5433",
                "dbname", "my shop",
                "sslmode", "require"));
    assertThat(parse("postgres://%2Fvar%2Frun%2Fpostgresql/a+b"))
        .isEqualTo(Map.of("host", "/var/run/postgresql", "dbname", "a+b"));
    assertThat(parse("postgresql://a:1,[::1]:2,c/"))
        .isEqualTo(Map.of("host", "a,::1,c", "port", "1,2,5432"));
    assertThat(parse("postgresql:///?host=/tmp&port=6543"))
        .isEqualTo(Map.of("host", "/tmp", "port", "6543"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=hunter2",
        "host=a password = 'hunter2'",
        "postgresql://u:hunter2@h/d",
        "postgresql://h/d?password=hunter2",
        "sslpassword=hunter2"
      })
  void refusesAPasswordWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            HoldfastException.class,
            e -> {
              assertThat(e.getMessage()).doesNotContain("hunter2").contains("password");
              assertThat(e.hint().orElseThrow()).contains(".pgpass");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hots=a",
        "host",
        "host='a",
        "postgresql://h/d?nothing",
        "postgresql://%zz/",
        "hostaddr=::1"
      })
  void refusesWhatItDoesNotUnderstandAndSaysWhatIsKnown(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(HoldfastException.class, e -> assertThat(e.hint()).isPresent());
  }
}

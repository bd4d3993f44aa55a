package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.postgres.SqlNames.Name;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlNamesTest {
  private final SqlNames names =
      new SqlNames(
          Set.of(
              new Name("public", "users"),
              new Name("public", "users_id_seq"),
              new Name("Odd \"S", "T.x")),
          "side");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CREATE TABLE public.users (id int) | CREATE TABLE \"side\".users (id int)",
        "COMMENT ON COLUMN public.users.id IS 'public.users' | COMMENT ON COLUMN \"side\".users.id IS '\"side\".users'",
        "DEFAULT nextval('public.users_id_seq'::regclass) | DEFAULT nextval('\"side\".users_id_seq'::regclass)",
        "REFERENCES public.users2(id) | REFERENCES public.users2(id)",
        "x.public.users | x.public.users",
        "ALTER TABLE \"Odd \"\"S\".\"T.x\" ADD | ALTER TABLE \"side\".\"T.x\" ADD",
        "SELECT setval('\"Odd \"\"S\".\"T.x\"', 1) | SELECT setval('\"side\".\"T.x\"', 1)",
        "CHECK (name <> 'public.users or so') | CHECK (name <> 'public.users or so')",
        "-- public.users | -- public.users",
        "AS $$ select public.users $$ | AS $$ select public.users $$",
        "AS $b$ public.users $$ $b$ FROM public.users | AS $b$ public.users $$ $b$ FROM \"side\".users",
        "E'it\\'s public.users' , public.users | E'it\\'s public.users' , \"side\".users"
      })
  void whatIsNamedMovesAndWhatOnlyLooksLikeItDoesNot(String before, String after) {
    assertThat(names.moved(before)).isEqualTo(after);
  }

  @Test
  void wordsAreCutAsPostgresDoes() {
    assertThat(
            SqlToken.of("a.\"B\"\"c\" 'x''y' E'\\'' $t$ ; $t$ /* a /* b */ c */ 1 -- end\n;")
                .stream()
                .map(SqlToken::text)
                .toList())
        .isEqualTo(List.of("a", ".", "\"B\"\"c\"", "'x''y'", "E'\\''", "$t$ ; $t$", "1", ";"));
    assertThat(SqlToken.of("'never ends")).hasSize(1);
    assertThat(SqlToken.of("$1 $a")).hasSize(2);
    assertThat(SqlToken.literal("it's \\ so")).isEqualTo(" E'it''s \\\\ so'");
  }
}

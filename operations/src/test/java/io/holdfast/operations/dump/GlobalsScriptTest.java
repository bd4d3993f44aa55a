package io.holdfast.operations.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.operations.dump.GlobalsScript.Statement;
import org.junit.jupiter.api.Test;

class GlobalsScriptTest {
  @Test
  void statementsAreKnownByWhatTheyAreAbout() {
    GlobalsScript script =
        GlobalsScript.parse(
            """
            --
            -- PostgreSQL database cluster dump
            --
            \\restrict abc
            SET default_transaction_read_only = off;
            CREATE ROLE "O'Brien; DROP ROLE x";
            ALTER ROLE "O'Brien; DROP ROLE x" WITH LOGIN PASSWORD 'md5;''x';
            CREATE ROLE reader;
            COMMENT ON ROLE reader IS 'reads; only';
            ALTER ROLE reader SET search_path TO 'a', 'b';
            GRANT pg_monitor TO reader WITH ADMIN OPTION GRANTED BY postgres;
            CREATE TABLESPACE fast OWNER postgres LOCATION '/ssd';
            ALTER TABLESPACE fast SET (seq_page_cost=0.5);
            GRANT ALL ON TABLESPACE fast TO reader;
            GRANT SET ON PARAMETER work_mem TO reader;
            \\unrestrict abc
            """);
    assertThat(script.roles()).containsExactly("O'Brien; DROP ROLE x", "reader");
    assertThat(script.tablespaces()).containsExactly("fast");
    assertThat(script.statements())
        .containsExactly(
            new Statement.Setting("SET default_transaction_read_only = off"),
            new Statement.CreateRole(
                "CREATE ROLE \"O'Brien; DROP ROLE x\"", "O'Brien; DROP ROLE x"),
            new Statement.AboutRole(
                "ALTER ROLE \"O'Brien; DROP ROLE x\" WITH LOGIN PASSWORD 'md5;''x'",
                "O'Brien; DROP ROLE x"),
            new Statement.CreateRole("CREATE ROLE reader", "reader"),
            new Statement.AboutRole("COMMENT ON ROLE reader IS 'reads; only'", "reader"),
            new Statement.AboutRole("ALTER ROLE reader SET search_path TO 'a', 'b'", "reader"),
            new Statement.Membership(
                "GRANT pg_monitor TO reader WITH ADMIN OPTION GRANTED BY postgres",
                "pg_monitor",
                "reader"),
            new Statement.CreateTablespace(
                "CREATE TABLESPACE fast OWNER postgres LOCATION '/ssd'", "fast"),
            new Statement.AboutTablespace("ALTER TABLESPACE fast SET (seq_page_cost=0.5)", "fast"),
            new Statement.AboutTablespace("GRANT ALL ON TABLESPACE fast TO reader", "fast"),
            new Statement.Setting("GRANT SET ON PARAMETER work_mem TO reader"));
  }
}

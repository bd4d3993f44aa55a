package io.holdfast.cli.demo;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small shop database on one server: enough tables to lose something that matters. */
final class Shop implements AutoCloseable {
  static final List<String> TABLES = List.of("users", "products", "orders");
  private static final int USERS = 10_000;
  private static final int PRODUCTS = 500;
  private static final int BYTES_PER_ORDER = 240;

  private final Connection connection;

  private Shop(Connection connection) {
    this.connection = connection;
  }

  /** Creates the database {@code shop} on that server of ours, with about that much data. */
  static Shop create(int port, long bytes) {
    try (Connection first = connect(port, "postgres");
        Statement statement = first.createStatement()) {
      statement.execute("create database shop");
    } catch (SQLException e) {
      throw failed("create the database shop", e);
    }
    Shop shop = open(port);
    shop.fill(Math.max(1_000, bytes / BYTES_PER_ORDER));
    return shop;
  }

  static Shop open(int port) {
    try {
      return new Shop(connect(port, "shop"));
    } catch (SQLException e) {
      throw failed("open the database shop", e);
    }
  }

  private static Connection connect(int port, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, "postgres", "");
  }

  private void fill(long orders) {
    run(
        "create table users (id bigint generated always as identity primary key,"
            + " name text not null, email text not null unique, joined timestamptz not null)");
    run(
        "create table products (id int generated always as identity primary key,"
            + " title text not null, price numeric(8,2) not null)");
    run(
        "create table orders (id bigint generated always as identity primary key,"
            + " user_id bigint not null, product_id int not null references products,"
            + " placed timestamptz not null default now(), note text not null)");
    run(
        "insert into users (name, email, joined) select 'User ' || n, 'user' || n ||"
            + " '@example.org', timestamptz '2026-01-01' + n * interval '7 minutes'"
            + " from generate_series(1::bigint, "
            + USERS
            + ") n");
    run(
        "insert into products (title, price) select 'Product ' || n, (n * 37 % 9900) / 100.0"
            + " from generate_series(1::bigint, "
            + PRODUCTS
            + ") n");
    order(orders);
    run("create index on orders (user_id)");
    run("analyze");
  }

  /** Customers place orders, a few new ones join: what the shop does all day. */
  void live(int days) {
    for (int day = 0; day < days; day++) {
      run(
          "insert into users (name, email, joined) select 'Late user ' || n, 'late"
              + day
              + "-' || n || '@example.org', now() from generate_series(1, 10) n");
      order(500);
      run("update products set price = price * 1.01 where id % 10 = " + day % 10);
    }
  }

  /** What still works after the accident. */
  void orderOnly() {
    order(10);
  }

  private void order(long count) {
    run(
        "insert into orders (user_id, product_id, note) select 1 + n * 7919 % "
            + USERS
            + ", 1 + n * 31 % "
            + PRODUCTS
            + ", 'deliver to door ' || n || ' ' || md5(n::text) || md5((n * 3)::text)"
            + " from generate_series(1::bigint, "
            + count
            + ") n");
  }

  /** The accident. */
  void dropUsers() {
    run("drop table users");
  }

  Instant serverTime() {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select clock_timestamp()")) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw failed("ask the server for its time", e);
    }
  }

  /** Rows and content of each table; empty for one that is not there. */
  Map<String, Optional<Content>> content() {
    Map<String, Optional<Content>> content = new LinkedHashMap<>();
    TABLES.forEach(table -> content.put(table, contentOf(table)));
    return content;
  }

  private Optional<Content> contentOf(String table) {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("select to_regclass('" + table + "') is null")) {
        row.next();
        if (row.getBoolean(1)) {
          return Optional.empty();
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from "
                  + table
                  + " t")) {
        row.next();
        return Optional.of(new Content(row.getLong(1), row.getString(2)));
      }
    } catch (SQLException e) {
      throw failed("count the rows of " + table, e);
    }
  }

  private void run(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed("run in the shop: " + sql, e);
    }
  }

  private static HoldfastException failed(String what, SQLException e) {
    return new HoldfastException(
        ExitStatus.SOURCE_FAILED, "could not " + what + ": " + e.getMessage(), null, e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server ends the session by itself when it stops.
      return;
    }
  }

  /**
   * What a table holds.
   *
   * @param checksum of all rows, whatever their order
   */
  record Content(long rows, String checksum) {}
}

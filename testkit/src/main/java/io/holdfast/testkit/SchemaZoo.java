package io.holdfast.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database with one of everything: partitions, inheritance, identity, generated columns, domains,
 * ranges, views, rules, row security, event triggers, foreign tables, large objects, odd names,
 * circular references, grants, comments.
 */
public final class SchemaZoo {
  private SchemaZoo() {}

  /** Makes the database, and the roles {@code zoo_owner} and {@code zoo_reader} if need be. */
  public static void create(TestCluster cluster, String database) {
    for (String role : new String[] {"zoo_owner", "zoo_reader"}) {
      if (cluster
          .query("SELECT count(*) FROM pg_roles WHERE rolname = '" + role + "'")
          .equals("0")) {
        cluster.sql("CREATE ROLE " + role);
      }
    }
    cluster.sql("CREATE DATABASE " + database + " ENCODING 'UTF8' TEMPLATE template0");
    try (Connection connection = cluster.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(script());
    } catch (SQLException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private static String script() {
    try (InputStream file = SchemaZoo.class.getResourceAsStream("zoo.sql")) {
      if (file == null) {
        throw new IllegalStateException("zoo.sql is not there");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

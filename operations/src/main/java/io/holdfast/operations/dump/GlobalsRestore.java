package io.holdfast.operations.dump;

import io.holdfast.operations.dump.GlobalsScript.Statement;
import io.holdfast.postgres.DumpTarget;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes roles and tablespaces that are missing. What is there already is never removed. */
final class GlobalsRestore {
  private final DumpTarget server;
  private final GlobalsPolicy policy;
  private final boolean withTablespaces;
  private final Set<String> roles;
  private final Set<String> tablespaces;
  private final Set<String> newRoles = new HashSet<>();
  private final Set<String> newTablespaces = new HashSet<>();
  private final List<String> created = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();

  /**
   * @param created names with what they are
   * @param kept that were there already
   */
  record Outcome(List<String> created, List<String> kept) {
    static final Outcome NOTHING = new Outcome(List.of(), List.of());
  }

  /**
   * @param withTablespaces whether tablespaces are made: each where it was on its machine
   */
  GlobalsRestore(DumpTarget server, GlobalsPolicy policy, boolean withTablespaces) {
    this.server = server;
    this.policy = policy;
    this.withTablespaces = withTablespaces;
    this.roles = server.roles();
    this.tablespaces = server.tablespaces();
  }

  Outcome run(GlobalsScript script) {
    script.statements().forEach(this::run);
    return new Outcome(List.copyOf(created), List.copyOf(kept));
  }

  private void run(Statement statement) {
    switch (statement) {
      case Statement.Setting(String sql) -> server.execute("set up for roles", sql);
      case Statement.CreateRole(String sql, String role) -> {
        if (roles.contains(role)) {
          kept.add("role " + role);
        } else {
          server.execute("create role " + role, sql);
          newRoles.add(role);
          created.add("role " + role);
        }
      }
      case Statement.AboutRole(String sql, String role) -> {
        if (newRoles.contains(role) || (policy == GlobalsPolicy.UPDATE && !isOurs(role))) {
          server.execute("set up role " + role, sql);
        }
      }
      case Statement.Membership(String sql, String role, String member) -> {
        boolean touches = newRoles.contains(role) || newRoles.contains(member);
        if (touches || policy == GlobalsPolicy.UPDATE) {
          server.execute("make role " + member + " a member of " + role, sql);
        }
      }
      case Statement.CreateTablespace(String sql, String tablespace) -> {
        if (tablespaces.contains(tablespace)) {
          kept.add("tablespace " + tablespace);
        } else if (withTablespaces) {
          server.execute("create tablespace " + tablespace, sql);
          newTablespaces.add(tablespace);
          created.add("tablespace " + tablespace);
        }
      }
      case Statement.AboutTablespace(String sql, String tablespace) -> {
        if (newTablespaces.contains(tablespace)) {
          server.execute("set up tablespace " + tablespace, sql);
        }
      }
    }
  }

  /** Whoever restores must not lose the rights or the password with which he does so. */
  private boolean isOurs(String role) {
    return role.equals(server.facts().role());
  }
}

package io.holdfast.operations.doctor;

/** Whether nodes can share work through the database that is configured for it. */
public final class NodeRules {
  private static final String SUBJECT = "database of the nodes";

  private NodeRules() {}

  public static Finding of(NodesLook look, String config) {
    return switch (look.state()) {
      case USABLE -> Finding.ok(SUBJECT, look.place() + ", the table of offers can be used");
      case BACKED_UP ->
          Finding.of(
              DoctorCode.NODES_BACKED_UP,
              SUBJECT,
              look.found(),
              "In "
                  + config
                  + ", name another server below 'service: nodes: connection', or remove 'nodes':"
                  + " nodes share through the repository then.");
      case UNREACHABLE ->
          Finding.of(
              DoctorCode.NODES_UNREACHABLE,
              SUBJECT,
              look.found(),
              "See whether that server runs, and lets nodes in from here. Without 'nodes' below"
                  + " 'service:' in "
                  + config
                  + " they share through the repository.");
      case UNFIT ->
          Finding.of(
              DoctorCode.NODES_UNFIT,
              SUBJECT,
              look.found(),
              "Let the role that 'service: nodes: connection' names own the database, as its"
                  + " superuser with the names from there: ALTER DATABASE holdfast OWNER TO"
                  + " holdfast;");
    };
  }
}

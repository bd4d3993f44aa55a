package io.holdfast.api.answer;

import static io.holdfast.api.Right.OPERATE;
import static io.holdfast.api.Right.READ;
import static io.holdfast.api.answer.Parameter.CLUSTER;
import static io.holdfast.api.answer.Parameter.CURSOR;
import static io.holdfast.api.answer.Parameter.LIMIT;
import static io.holdfast.api.answer.Route.Method.GET;
import static io.holdfast.api.answer.Route.Method.POST;

import io.holdfast.api.Fleet;
import io.holdfast.api.Timetable;
import io.holdfast.operations.view.BackupDetailView;
import io.holdfast.operations.view.RunView;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Everything that can be asked. */
public final class Answers {
  public static final String ROOT = "/api/v1";

  private static final List<Parameter> PAGED = List.of(LIMIT, CURSOR);
  private static final String OF_CLUSTER = "/clusters/{cluster}";
  private static final String OF_SCHEDULE = "/schedules/{schedule}";

  private final Clusters clusters;
  private final Schedules schedules;

  public Answers(Fleet fleet, Timetable timetable, Consumer<String> notes, InstantSource clock) {
    this.clusters = new Clusters(fleet, clock);
    this.schedules = new Schedules(fleet, timetable, notes);
  }

  public List<Route> routes() {
    return List.of(
        get("/status", "How everything stands.", PAGED, StatusAnswer.class, clusters::status),
        get("/clusters", "The clusters there are.", PAGED, ClustersAnswer.class, clusters::names),
        get(
            OF_CLUSTER,
            "How one cluster stands: what can be restored, what would be lost.",
            List.of(),
            ClusterAnswer.class,
            clusters::one),
        get(
            OF_CLUSTER + "/backups",
            "Its backups, the newest first.",
            PAGED,
            BackupsAnswer.class,
            clusters::backups),
        get(
            OF_CLUSTER + "/backups/{backup}",
            "Everything about one backup.",
            List.of(),
            BackupDetailView.class,
            clusters::backup),
        get(
            OF_CLUSTER + "/proofs",
            "What was proven of it, the newest first.",
            PAGED,
            ProofsAnswer.class,
            clusters::proofs),
        get(
            "/schedules",
            "What runs when, what comes next, and how the last run went.",
            PAGED,
            SchedulesAnswer.class,
            schedules::all),
        get(
            OF_SCHEDULE + "/runs",
            "The last runs of a schedule.",
            List.of(CLUSTER, LIMIT, CURSOR),
            RunsAnswer.class,
            schedules::runs),
        get(
            OF_SCHEDULE + "/runs/{run}",
            "One run, and what it said.",
            List.of(CLUSTER),
            RunView.class,
            schedules::run),
        get(
            "/incidents",
            "What is wrong now; 'limit' counts clusters.",
            PAGED,
            IncidentsAnswer.class,
            clusters::incidents),
        get(
            "/receivers",
            "How receiving WAL stands.",
            PAGED,
            ReceiversAnswer.class,
            clusters::receivers),
        post(
            "/run", 202, "Runs it now, once there is room.", StartedAnswer.class, schedules::start),
        post("/pause", 200, "Lets it rest on every node.", PausedAnswer.class, schedules::pause),
        post("/resume", 200, "Lets it go on, from now.", PausedAnswer.class, schedules::resume));
  }

  private static Route get(
      String path,
      String summary,
      List<Parameter> query,
      Class<?> answer,
      Function<Asked, Object> handler) {
    return new Route(GET, ROOT + path, READ, 200, summary, query, answer, handler);
  }

  private static Route post(
      String path, int status, String summary, Class<?> answer, Function<Asked, Object> handler) {
    return new Route(
        POST,
        ROOT + OF_SCHEDULE + path,
        OPERATE,
        status,
        summary,
        List.of(CLUSTER),
        answer,
        handler);
  }
}

package io.holdfast.notifications.incident;

import io.holdfast.notifications.Message.Kind;
import io.holdfast.notifications.Problem;
import java.time.Instant;
import java.util.List;

/** Something that was noticed, and not yet thought about. */
public sealed interface Observation {
  String cluster();

  /** Two of the same identity say the same; the later one counts. */
  String identity();

  record Raised(Problem problem) implements Observation {
    @Override
    public String cluster() {
      return problem.cluster();
    }

    @Override
    public String identity() {
      return "raised\n" + cluster() + "\n" + problem.key();
    }
  }

  record Cleared(String cluster, String key) implements Observation {
    @Override
    public String identity() {
      return "cleared\n" + cluster + "\n" + key;
    }
  }

  /** It has been well since then, as somebody found who looks again and again. */
  record Well(String cluster, String key, Instant since) implements Observation {
    @Override
    public String identity() {
      return "well\n" + cluster + "\n" + key;
    }
  }

  /** All that is wrong in an area: keys that begin with it and are not among these are well. */
  record Present(String cluster, String area, List<Problem> problems) implements Observation {
    public Present {
      problems = List.copyOf(problems);
    }

    @Override
    public String identity() {
      return "present\n" + cluster + "\n" + area;
    }
  }

  /** What has become of a message. */
  record Settled(
      String cluster, String key, String channel, Kind kind, Instant at, Delivery.State state)
      implements Observation {
    @Override
    public String identity() {
      return "settled\n" + cluster + "\n" + key + "\n" + channel + "\n" + kind + "\n" + at;
    }
  }
}

package io.holdfast.cli.wiring;

import io.holdfast.operations.runbook.Runbook;
import io.holdfast.operations.runbook.RunbookWriter;
import io.holdfast.settings.S3Settings;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Runbooks of the clusters of an open repository. */
public final class Runbooks {
  private final OpenCluster open;
  private final RunbookWriter writer;
  private final Consumer<String> warnings;

  /**
   * @param warnings of what cannot be read
   */
  public Runbooks(OpenCluster open, InstantSource clock, Consumer<String> warnings) {
    this.open = open;
    this.writer =
        new RunbookWriter(open.opened().repository(), "holdfast " + Build.version(), clock);
    this.warnings = warnings;
  }

  /** As it would be written now. */
  public Runbook now() {
    List<Runbook.Site> sites =
        open.opened().settings().sites().stream()
            .map(site ->
                new Runbook.Site(
                    site.name(), site.place().description(), site.place() instanceof S3Settings))
            .toList();
    return writer.of(open.name(), sites, warnings);
  }

  /** Puts it beside the backups, on all sites. */
  public void publish(Runbook book) {
    writer.publish(book);
  }

  /** Writes it anew if it lies there: it tells of the newest backups and proofs. */
  public void renew() {
    if (writer.published(open.name())) {
      writer.publish(now());
    }
  }
}

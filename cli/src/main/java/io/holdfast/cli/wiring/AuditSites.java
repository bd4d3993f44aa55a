package io.holdfast.cli.wiring;

import io.holdfast.operations.audit.Act;
import io.holdfast.operations.audit.AuditLog;
import io.holdfast.settings.NamedSite;
import io.holdfast.storage.Patience;
import io.holdfast.storage.Storage;
import io.holdfast.storage.Storages;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Puts audit records on every site that can be reached, whichever the command worked with. */
public final class AuditSites {
  private AuditSites() {}

  /**
   * @param opened whose keys seal them
   * @param warnings told of each site that does not have it
   * @return why they do not, one failure for each
   */
  public static List<HoldfastException> add(
      Rooms rooms, OpenRepository opened, Act act, Consumer<String> warnings) {
    List<String> away = opened.storage().copies().leftOut();
    List<HoldfastException> failures = new ArrayList<>();
    for (NamedSite site : rooms.settings().repository().sites()) {
      try {
        requireThere(site, away);
        add(rooms, opened, site, act);
      } catch (HoldfastException e) {
        if (e.status() == ExitStatus.INTERRUPTED) {
          throw e;
        }
        warnings.accept(
            "the audit log on site "
                + site.name()
                + " lacks '"
                + act.command()
                + "' of "
                + act.began()
                + ": "
                + e.getMessage());
        failures.add(e);
      }
    }
    return failures;
  }

  /** A site that was found to be away is not waited for again. */
  private static void requireThere(NamedSite site, List<String> away) {
    if (away.contains(site.name())) {
      throw new HoldfastException(ExitStatus.REPOSITORY_FAILED, "the site cannot be reached", null);
    }
  }

  private static void add(Rooms rooms, OpenRepository opened, NamedSite site, Act act) {
    // One that hangs holds nobody up for long: what is recorded is done.
    try (Storage storage = Storages.patient(rooms.storage(site), Patience.USUAL)) {
      new AuditLog(opened.repository().on(storage)).add(act);
    }
  }
}

package io.holdfast.cli.command;

import io.holdfast.cli.terminal.Page;
import io.holdfast.cli.terminal.Table;
import io.holdfast.cli.terminal.Times;
import io.holdfast.operations.status.SiteStatus;
import io.holdfast.operations.status.SiteStatus.OfCluster;
import java.util.ArrayList;
import java.util.List;

/** How several sites stand, as it is said. */
final class SiteText {
  private SiteText() {}

  static void print(Page page, List<SiteStatus> sites) {
    if (sites.isEmpty()) {
      return;
    }
    page.blank();
    Table table =
        new Table()
            .left("SITE")
            .left("CLUSTER")
            .right("BACKUPS")
            .left("NEWEST")
            .left("WAL UP TO")
            .left("LACKS");
    for (SiteStatus site : sites) {
      if (site.trouble().isPresent()) {
        table.row(site.site(), "", "", "", "", "CANNOT BE REACHED");
      }
      for (OfCluster cluster : site.clusters()) {
        table.row(
            site.site(),
            cluster.cluster(),
            cluster.backups()
                + (cluster.removed() == 0 ? "" : " (+" + cluster.removed() + " removed)"),
            cluster.newest().map(Object::toString).orElse("none"),
            cluster.walUpTo().map(Times::local).orElse("none"),
            lacks(cluster));
      }
    }
    page.table(table);
    sites.forEach(site -> remarks(page, site, site.equals(sites.getFirst())));
    sites.stream().skip(1).forEach(site -> rules(page, site, sites.getFirst()));
  }

  private static void remarks(Page page, SiteStatus site, boolean first) {
    site.trouble().ifPresent(why -> page.line("site " + site.site() + ": " + why));
    boolean behind = !site.clusters().stream().allMatch(OfCluster::complete);
    if (behind || !site.missingKeys().isEmpty()) {
      page.line(
          "site "
              + site.site()
              + " is behind"
              + (site.missingKeys().isEmpty() ? "" : " and lacks key slots")
              + ": 'holdfast sync "
              + site.site()
              + (first ? " --from SITE" : "")
              + "' brings it up to date");
    }
    if (!site.surplusKeys().isEmpty()) {
      page.line(
          "site "
              + site.site()
              + " still opens with key slots that were removed elsewhere: "
              + String.join(", ", site.surplusKeys())
              + "; 'holdfast key remove ID --site "
              + site.site()
              + "' removes one");
    }
  }

  /** Those of the first site are said with each cluster. */
  private static void rules(Page page, SiteStatus site, SiteStatus first) {
    for (OfCluster cluster : site.clusters()) {
      boolean own =
          first.clusters().stream()
              .filter(other -> other.cluster().equals(cluster.cluster()))
              .noneMatch(other -> other.keeps().equals(cluster.keeps()));
      if (own && first.trouble().isEmpty()) {
        page.line(
            "site "
                + site.site()
                + " keeps of "
                + cluster.cluster()
                + ": "
                + cluster.keeps().orElse("everything"));
      }
    }
  }

  private static String lacks(OfCluster cluster) {
    List<String> lacks = new ArrayList<>();
    if (!cluster.missingBackups().isEmpty()) {
      lacks.add(cluster.missingBackups().size() + " backups");
    }
    if (cluster.missingWal() > 0) {
      lacks.add(cluster.missingWal() + " WAL files");
    }
    cluster.behind().ifPresent(gap -> lacks.add("the last " + Times.span(gap)));
    return lacks.isEmpty() ? "nothing" : String.join(", ", lacks);
  }
}

package io.holdfast.operations.view;

import io.holdfast.operations.backup.BackupSummary;
import io.holdfast.operations.physical.PhysicalDetails;
import io.holdfast.operations.physical.PhysicalDetails.StoredDatabase;
import io.holdfast.postgres.ServerSession.Setting;
import io.holdfast.postgres.ServerSession.Tablespace;
import io.holdfast.repository.Manifest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything about one backup.
 *
 * @param settings of the server, other than the defaults; those that may hold a secret are not
 *     among them
 * @param configFiles that lie outside the data directory
 * @param packs its own
 * @param inheritedPacks of earlier backups
 */
public record BackupDetailView(
    BackupView backup,
    List<StoredDatabase> databases,
    List<Tablespace> tablespaces,
    Map<String, String> extensions,
    Map<String, String> settings,
    List<String> configFiles,
    Map<String, Double> stepSeconds,
    int packs,
    int inheritedPacks,
    String writtenBy) {
  public static BackupDetailView of(BackupView view, BackupSummary summary, Manifest manifest) {
    Map<String, String> settings = new TreeMap<>();
    Map<String, Double> steps = new TreeMap<>();
    PhysicalDetails details = summary.physical().orElse(null);
    if (details != null) {
      for (Setting setting : details.settings()) {
        settings.put(setting.name(), shown(setting));
      }
      details.effort().durations().forEach((step, took) -> steps.put(step, seconds(took)));
    }
    int own =
        (int)
            manifest.packs().stream()
                .filter(use -> use.pack().backup().equals(manifest.id()))
                .count();
    return new BackupDetailView(
        view,
        details == null ? List.of() : details.databases(),
        details == null ? List.of() : details.tablespaces(),
        details == null ? Map.of() : details.extensions(),
        settings,
        details == null
            ? List.of()
            : details.configFiles().stream().map(PhysicalDetails.ConfigFile::location).toList(),
        steps,
        own,
        manifest.packs().size() - own,
        manifest.writtenBy());
  }

  /** A unit may itself be a number: 16384 of 8kB are not 163848kB. */
  private static String shown(Setting setting) {
    boolean counted = !setting.unit().isEmpty() && Character.isDigit(setting.unit().charAt(0));
    return setting.value() + (counted ? " × " : "") + setting.unit();
  }

  private static double seconds(Duration took) {
    return took.toMillis() / 1000.0;
  }
}

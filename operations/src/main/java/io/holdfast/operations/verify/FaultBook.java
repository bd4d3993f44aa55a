package io.holdfast.operations.verify;

import io.holdfast.repository.BackupId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gathers faults by the object that has them; bounded whatever is broken. Thread-safe. */
final class FaultBook {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private static final class Entry {
    final Fault.Kind kind;
    final List<String> findings = new ArrayList<>();
    final Set<BackupId> backups = new LinkedHashSet<>();
    final Set<String> files = new LinkedHashSet<>();
    long findingsTotal;
    long filesTotal;
    String lastFile = "";

    Entry(Fault.Kind kind) {
      this.kind = kind;
    }
  }

  synchronized void finding(Fault.Kind kind, String object, BackupId backup, String finding) {
    finding(kind, object, finding);
    entry(kind, object).backups.add(backup);
  }

  /** A fault that touches no backup. */
  synchronized void finding(Fault.Kind kind, String object, String finding) {
    Entry entry = entry(kind, object);
    entry.findingsTotal++;
    if (entry.findings.size() < Fault.LISTED && !entry.findings.contains(finding)) {
      entry.findings.add(finding);
    }
  }

  /** Says that the fault of that object touches a file. */
  synchronized void touches(Fault.Kind kind, String object, BackupId backup, String file) {
    Entry entry = entry(kind, object);
    entry.backups.add(backup);
    if (entry.lastFile.equals(file) || entry.files.contains(file)) {
      return;
    }
    entry.lastFile = file;
    entry.filesTotal++;
    if (entry.files.size() < Fault.LISTED) {
      entry.files.add(file);
    }
  }

  private Entry entry(Fault.Kind kind, String object) {
    return entries.computeIfAbsent(object, name -> new Entry(kind));
  }

  /** Forgets what was only said of a backup that has been deleted meanwhile. */
  synchronized void forget(BackupId backup) {
    entries.values().removeIf(e -> e.backups.remove(backup) && e.backups.isEmpty());
  }

  synchronized boolean names(BackupId backup) {
    return entries.values().stream().anyMatch(e -> e.backups.contains(backup));
  }

  synchronized List<Fault> list() {
    List<Fault> faults = new ArrayList<>();
    entries.forEach((object, e) ->
        faults.add(
            new Fault(
                e.kind,
                object,
                e.findings,
                e.findingsTotal,
                List.copyOf(e.backups),
                List.copyOf(e.files),
                e.filesTotal)));
    return faults;
  }
}

package io.holdfast.settings;

import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The file was read and is wrong: all that is wrong, in the order of the file. */
public final class SettingsException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private final transient List<SettingsFault> faults;

  public SettingsException(Path file, List<SettingsFault> faults) {
    super(
        ExitStatus.USAGE,
        faults.stream()
            .map(fault -> "\n  " + file + ":" + fault)
            .collect(
                Collectors.joining(
                    "",
                    "could not use "
                        + file
                        + ": found "
                        + (faults.size() == 1 ? "1 fault" : faults.size() + " faults"),
                    "")),
        "Every option is described in docs/configuration.md.");
    this.faults = List.copyOf(faults);
  }

  public List<SettingsFault> faults() {
    return faults;
  }
}

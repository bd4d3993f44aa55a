package io.holdfast.operations.doctor;

import io.holdfast.operations.runs.Flaw;
import java.util.List;

/** Whether what is noted of schedules can be gone by. */
public final class RecordRules {
  private RecordRules() {}

  public static List<Finding> of(List<Flaw> flaws) {
    return flaws.stream().map(RecordRules::of).toList();
  }

  private static Finding of(Flaw flaw) {
    Finding finding =
        Finding.of(
            DoctorCode.SCHEDULE_RECORDS,
            "records of " + flaw.job().text(),
            flaw.text(),
            flaw.remedy());
    return flaw.job().cluster().map(finding::in).orElse(finding);
  }
}

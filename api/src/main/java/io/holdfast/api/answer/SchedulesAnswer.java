package io.holdfast.api.answer;

import io.holdfast.operations.view.ScheduleView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Schedules, each for each cluster that it concerns. */
record SchedulesAnswer(List<ScheduleView> schedules, @Nullable String next) {}

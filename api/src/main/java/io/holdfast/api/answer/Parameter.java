package io.holdfast.api.answer;

import java.util.Locale;
import java.util.regex.Pattern;

/** Everything that a request may say beside its path. What has another form is refused unread. */
public enum Parameter {
  CLUSTER("[a-z0-9][a-z0-9_-]{0,62}", "A cluster."),
  BACKUP("[0-9]{8}T[0-9]{6}Z-[a-z0-9]{4}|latest", "The id of a backup, or latest."),
  SCHEDULE("[a-z0-9][a-z0-9_-]{0,62}", "A schedule."),
  RUN("[a-z0-9]{1,40}", "The id of a run."),
  LIMIT("[1-9][0-9]{0,2}", "How many at most: up to 200, 50 without it."),
  CURSOR("[A-Za-z0-9_.-]{1,120}", "What 'next' of the page before said.");

  private final String form;
  private final Pattern pattern;
  private final String meaning;

  Parameter(String form, String meaning) {
    this.form = form;
    this.pattern = Pattern.compile(form);
    this.meaning = meaning;
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String form() {
    return form;
  }

  public String meaning() {
    return meaning;
  }

  public boolean accepts(String text) {
    return text.length() <= 120 && pattern.matcher(text).matches();
  }
}

package io.holdfast.cli.terminal;

/** What a command has found, in both of its forms. */
public interface Answer {
  /** A record, map or tree whose JSON form is the documented, stable one. */
  Object json();

  /** The same for a person. */
  void print(Page page);
}

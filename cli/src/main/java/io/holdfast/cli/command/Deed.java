package io.holdfast.cli.command;

/** What a command does to the repository, for the audit log. */
enum Deed {
  /** It looks, or plans. */
  NONE,
  /** It changes the repository, or takes out of it what is kept there. */
  DONE,
  /** It removes something, or a way in: that it is about to do so is recorded before. */
  DESTROYS
}

package io.holdfast.cli.command;

import java.util.List;

/** Commands that a person looks for in the same place. */
public record CommandGroup(String heading, List<Object> commands) {}

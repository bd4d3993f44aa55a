package io.holdfast.service;

/** Who writes records: the machine, and the version of the program. */
record Author(String host, String program) {}

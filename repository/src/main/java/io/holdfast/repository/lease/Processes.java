package io.holdfast.repository.lease;

import io.holdfast.repository.format.LeaseFormat.HostProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds out whether the holder of a lease is certainly gone. "Certainly" needs the same machine
 * and, for a process id to mean anything, the same kernel and the same process-id namespace:
 * containers share a kernel and count their processes anew. Where that is not known, only the
 * expiry counts.
 *
 * <p>A process is told from a later one with its number by its start in clock ticks since boot
 * ({@code /proc/PID/stat}, field 22), not by a time of day: that is computed from the clock, which
 * may be set.
 */
public final class Processes {
  private final Path proc;
  private final Path machineId;
  private final HostProcess self;

  Processes(Path proc, Path machineId, String host, long pid) {
    this.proc = proc;
    this.machineId = machineId;
    this.self = describe(host, pid);
  }

  public static Processes ofThisHost() {
    return new Processes(
        Path.of("/proc"), Path.of("/etc/machine-id"), hostName(), ProcessHandle.current().pid());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  private HostProcess describe(String host, long pid) {
    // Cloned machines share their machine id, and seldom their name.
    String machine = text(machineId);
    return new HostProcess(
        host,
        machine.isEmpty() ? "" : machine + "@" + host,
        text(proc.resolve("sys/kernel/random/boot_id")),
        namespace(),
        pid,
        started(pid));
  }

  HostProcess self() {
    return self;
  }

  /** True only if the process cannot be running any more. */
  boolean isGone(HostProcess process) {
    boolean sameMachine = !process.machine().isEmpty() && process.machine().equals(self.machine());
    boolean bothBoots = !process.boot().isEmpty() && !self.boot().isEmpty();
    if (!bothBoots) {
      return false;
    }
    if (!process.boot().equals(self.boot())) {
      return sameMachine;
    }
    boolean comparable =
        !process.pidSpace().isEmpty()
            && process.pidSpace().equals(self.pidSpace())
            && !process.started().isEmpty()
            && seesOthers();
    return comparable && !started(process.pid()).equals(process.started());
  }

  /** False where /proc hides the processes of others. */
  private boolean seesOthers() {
    return !started(1).isEmpty();
  }

  private String namespace() {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Ticks since boot at which a running process started; "" if there is none. */
  private String started(long pid) {
    String stat = text(proc.resolve(Long.toString(pid)).resolve("stat"));
    // The second field is the name in brackets and may hold anything.
    int name = stat.lastIndexOf(')');
    if (name < 0) {
      return "";
    }
    String[] fields = stat.substring(name + 1).strip().split(" ", -1);
    boolean running = fields.length > 19 && !fields[0].equals("Z") && !fields[0].equals("X");
    return running ? fields[19] : "";
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return "";
    }
  }
}

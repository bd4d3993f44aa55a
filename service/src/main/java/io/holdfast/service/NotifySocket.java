package io.holdfast.service;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tells a service manager how the service stands: sd_notify(3), a datagram to the socket that
 * $NOTIFY_SOCKET names. Java knows no datagrams to such sockets, so three calls of the C library
 * are made. Never fails: a service manager that does not hear acts by its own time limits.
 */
public final class NotifySocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int LONGEST_PATH = 108;

  private final byte[] address;
  private final Duration watchdog;

  private NotifySocket(byte[] address, Duration watchdog) {
    this.address = address;
    this.watchdog = watchdog;
  }

  /** Empty where no service manager waits. */
  public static Optional<NotifySocket> of(Map<String, String> environment) {
    String path = environment.getOrDefault("NOTIFY_SOCKET", "");
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length < 2 || name.length >= LONGEST_PATH || (name[0] != '/' && name[0] != '@')) {
      return Optional.empty();
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    return Optional.of(new NotifySocket(name, watchdog(environment)));
  }

  private static Duration watchdog(Map<String, String> environment) {
    try {
      return Duration.ofNanos(
          Math.multiplyExact(Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0")), 1000));
    } catch (NumberFormatException | ArithmeticException e) {
      return Duration.ZERO;
    }
  }

  /** How often it has to hear from us; zero if it does not matter. */
  public Duration watchdog() {
    return watchdog;
  }

  public void ready() {
    send("READY=1");
  }

  public void stopping() {
    send("STOPPING=1");
  }

  public void alive() {
    send("WATCHDOG=1");
  }

  /** One line for people. */
  public void status(String text) {
    send("STATUS=" + text.replace('\n', ' '));
  }

  private void send(String text) {
    try (Arena arena = Arena.ofConfined()) {
      int socket = (int) Calls.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (socket < 0) {
        return;
      }
      // struct sockaddr_un: a family of two bytes, then the path.
      MemorySegment to = arena.allocate(2 + LONGEST_PATH);
      to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(address, 0, to, ValueLayout.JAVA_BYTE, 2, address.length);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment message = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, message, ValueLayout.JAVA_BYTE, 0, bytes.length);
      long _ =
          (long)
              Calls.SEND_TO.invokeExact(
                  socket, message, (long) bytes.length, 0, to, 2 + address.length);
      int _ = (int) Calls.CLOSE.invokeExact(socket);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError grave) {
        throw grave;
      }
    }
  }

  private static final class Calls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup C = LINKER.defaultLookup();
    private static final MethodHandle SOCKET =
        find(
            "socket",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    private static final MethodHandle SEND_TO =
        find(
            "sendto",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
        find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static MethodHandle find(String name, FunctionDescriptor types) {
      return LINKER.downcallHandle(C.find(name).orElseThrow(), types);
    }
  }
}

package io.holdfast.postgres.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;

class WireReaderTest {
  private static final long MILLI = 1_000_000;
  private static final long LONG = 10_000 * MILLI;

  private Socket ours = new Socket();
  private Socket server = new Socket();

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ours = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
      server = listener.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    ours.close();
    server.close();
  }

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(body.length + 5)
        .put((byte) type)
        .putInt(body.length + 4)
        .put(body)
        .array();
  }

  /** The driver is pinned; an update that moves its stream has to be seen here, not by a user. */
  @Test
  void theDriverStillKeepsItsStreamWhereWeTakeIt() throws Exception {
    assertThat(QueryExecutorBase.class.getDeclaredField("pgStream").getType())
        .isEqualTo(PGStream.class);
  }

  @Test
  void runningOutOfTimeInsideAMessageLosesNothing() throws IOException {
    WireReader reader = new WireReader(ours);
    byte[] body = new byte[300];
    new Random(1).nextBytes(body);
    byte[] message = message('d', body);
    OutputStream out = server.getOutputStream();
    for (int cut : new int[] {1, 4, 5, 6, 299, 304}) {
      out.write(message, 0, cut);
      assertThat(reader.next(MILLI)).as("cut at %s", cut).isFalse();
      out.write(message, cut, message.length - cut);
      assertThat(reader.next(LONG)).isTrue();
      assertThat(reader.type()).isEqualTo('d');
      assertThat(reader.readBytes(reader.remaining())).isEqualTo(body);
    }
  }

  @Test
  void messagesOfEverySizeComeWholeAndInOrder() throws Exception {
    WireReader reader = new WireReader(ours);
    Random random = new Random(7);
    int count = 300;
    Thread sender =
        Thread.ofVirtual()
            .start(() -> {
              Random same = new Random(7);
              try {
                for (int i = 0; i < count; i++) {
                  server.getOutputStream().write(message('d', body(same, i)));
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 0; i < count; i++) {
      while (!reader.next(MILLI)) {
        Thread.onSpinWait();
      }
      byte[] expected = body(random, i);
      assertThat(reader.remaining()).isEqualTo(expected.length);
      int at = reader.position();
      assertThat(
              Arrays.equals(reader.bytes(), at, at + expected.length, expected, 0, expected.length))
          .isTrue();
    }
    sender.join();
  }

  private static byte[] body(Random random, int i) {
    int size = i == 150 ? (3 << 20) : random.nextInt(1 << random.nextInt(18));
    byte[] body = new byte[size];
    random.nextBytes(body);
    return body;
  }

  @Test
  void waitingEndsInTimeWhenNothingComes() throws IOException {
    WireReader reader = new WireReader(ours);
    long start = System.nanoTime();
    assertThat(reader.next(0)).isFalse();
    assertThat(reader.next(20 * MILLI)).isFalse();
    assertThat(System.nanoTime() - start).isBetween(20 * MILLI, 5000 * MILLI);
  }

  @Test
  void anEndOrNonsenseIsAnError() throws IOException {
    WireReader reader = new WireReader(ours);
    server.getOutputStream().write(new byte[] {'d', 0, 0});
    server.close();
    assertThatThrownBy(() -> reader.next(LONG)).isInstanceOf(EOFException.class);
  }

  @Test
  void whatIsNotTheProtocolIsRefused() throws IOException {
    WireReader reader = new WireReader(ours);
    server
        .getOutputStream()
        .write("HTTP/1.1 400 Bad Request\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> reader.next(LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("protocol");
  }
}

package io.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.api.Caller.Heard;
import io.holdfast.api.http.Limits;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has no token learns nothing, and nobody can hold the server up. */
final class AttacksTest {
  private static final String STATUS = "/api/v1/status";

  private static final List<String> TARGETS =
      List.of(
          STATUS,
          "/api/v1/openapi.json",
          "/api/v1/clusters/main",
          "/api/v1/schedules/nightly/run",
          "/",
          "/nothing",
          "/api/v1/../../etc/passwd",
          "/api/v1/%2e%2e/%2e%2e/etc/passwd",
          "/api/v1/%2e%2e%2fstatus",
          "//api/v1/status",
          "/api/v1//status",
          "/api/v1/status;jsessionid=1",
          "/api/v1/status%00",
          "/api/v1/status%0d%0aX:1",
          "/api/v1/./status",
          "/api/v1/%73tatus",
          "/api/v1/\\..\\status",
          "/api/v1/%c0%ae%c0%ae/status",
          "/api/v1/%zz",
          "/api/v1/canary-reflected",
          "/api/v1/status?canary-reflected=1",
          "http://elsewhere/api/v1/status",
          "/" + "a".repeat(2000));

  @TempDir static Path folder;
  private static ServedRepository repository;
  private static Served served;

  @BeforeAll
  static void serve() throws IOException {
    repository = new ServedRepository(folder);
    served = new Served(repository, Served.QUICK, Optional.empty());
  }

  @AfterAll
  static void close() {
    served.close();
    repository.close();
  }

  /** All but the time of day. */
  private static String all(Heard heard) {
    return heard.head().replaceAll("Date: .*", "") + heard.body();
  }

  /** What cannot be read as a request at all is that for everybody. */
  private static final List<String> NO_REQUESTS =
      List.of("/api/v1/status%00", "/api/v1/%zz", "http://elsewhere/api/v1/status");

  private static final List<String> NO_TOKENS =
      List.of(
          "Authorization: Bearer wrong\r\n",
          "Authorization: Bearer\r\n",
          "Authorization: Bearer \r\n",
          "Authorization: Basic " + Served.READING + "\r\n",
          "Authorization: " + Served.READING + "\r\n",
          "Authorization: Bearer " + Served.READING + "x\r\n",
          "Authorization: Bearer " + Served.READING.substring(1) + "\r\n",
          "Authorization: Bearer "
              + Served.READING
              + "\r\nAuthorization: Bearer "
              + Served.OPERATING
              + "\r\n",
          "Cookie: token=" + Served.READING + "\r\n",
          "X-Forwarded-For: 127.0.0.1\r\nX-Original-URL: /api/v1/status\r\n");

  @Test
  void withoutATokenEverythingIsAnsweredAlike() throws IOException {
    Set<String> heard = new HashSet<>();
    for (String target : TARGETS) {
      if (NO_REQUESTS.contains(target)) {
        assertThat(all(served.caller.ask("GET", target, "")))
            .startsWith("HTTP/1.1 400")
            .isEqualTo(all(served.caller.get(target, Served.OPERATING)));
        continue;
      }
      heard.add(all(served.caller.ask("GET", target, "")));
    }
    for (String headers : NO_TOKENS) {
      heard.add(all(served.caller.ask("GET", STATUS, headers)));
      heard.add(all(served.caller.ask("GET", "/nothing", headers)));
    }
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "MADEUP")) {
      heard.add(all(served.caller.ask(method, STATUS, "Origin: http://evil\r\n")));
    }

    assertThat(heard).hasSize(1);
    assertThat(heard.iterator().next())
        .startsWith("HTTP/1.1 401")
        .contains("nosniff", "no-store", "default-src 'none'")
        .doesNotContainIgnoringCase(
            "jetty", "<html", "javalin", "Server:", "Access-Control", "Set-Cookie");
  }

  @Test
  void withATokenOddPathsAndMethodsLeadNowhere() throws IOException {
    String token = "Authorization: Bearer " + Served.OPERATING + "\r\n";
    for (String target : TARGETS.subList(4, TARGETS.size())) {
      Heard heard = served.caller.ask("GET", target, token);
      assertThat(heard.status()).as(target).isIn(404, 400);
      assertThat(heard.body()).doesNotContain("canary-reflected");
    }
    for (String method : List.of("PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "MADEUP", "POST")) {
      Heard heard = served.caller.ask(method, STATUS, token);
      assertThat(heard.status()).as(method).isIn(404, 405);
      assertThat(heard.body()).doesNotContain("Bearer", "evil");
    }
    assertThat(repository.done).isEmpty();
  }

  @Test
  void whatIsTooLargeOrNoRequestIsRefused() throws IOException {
    String token = "Authorization: Bearer " + Served.OPERATING + "\r\n";

    assertThat(served.caller.ask("GET", STATUS, "X: " + "x".repeat(5000) + "\r\n").status())
        .isEqualTo(431);
    assertThat(served.caller.ask("POST", STATUS, token + "Content-Length: 999999999\r\n").status())
        .isEqualTo(413);
    assertThat(served.caller.ask("POST", STATUS, token + "Transfer-Encoding: chunked\r\n").status())
        .isEqualTo(413);
    assertThat(served.caller.ask("POST", STATUS, "Content-Length: 999999999\r\n").status())
        .isEqualTo(401);
    for (String nonsense :
        List.of(
            "NONSENSE\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET / HTTP/0.9\r\n\r\n",
            "GET /\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET /api/v1/status\n",
            "GET /api/v1/\0 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000")) {
      Heard heard = served.caller.raw(nonsense);
      assertThat(heard.status()).as(nonsense).isIn(0, 400, 401);
      assertThat(heard.head() + heard.body())
          .doesNotContainIgnoringCase("jetty", "NONSENSE", "exception", "Server:");
    }
    assertThat(served.caller.get(STATUS, Served.READING).status()).isEqualTo(200);
  }

  /** Java's own client wants HTTP/2 with its first request. */
  @Test
  void whatIsWantedBesideIsNotHeard() throws IOException {
    for (String wanted : List.of("h2c", "websocket")) {
      Heard heard =
          served.caller.raw(
              "GET "
                  + STATUS
                  + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: "
                  + wanted
                  + "\r\nAuthorization: Bearer "
                  + Served.READING
                  + "\r\n\r\n");
      assertThat(heard.status()).as(wanted).isEqualTo(200);
    }
  }

  @Test
  void whoeverSendsItByTheByteIsSentAway() throws Exception {
    long began = System.nanoTime();
    try (Socket slow = served.caller.open()) {
      int sent = 0;
      try {
        Caller.send(slow, "GET " + STATUS + " HTTP/1.1\r\n");
        for (; sent < 200; sent++) {
          Caller.send(slow, "X");
          if (slow.getInputStream().available() > 0) {
            break;
          }
          new CountDownLatch(1).await(100, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
      } catch (IOException e) {
        // Sent away.
      }
      assertThat(sent).as("bytes at ten a second").isLessThan(60);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
  }

  @Test
  void idleConnectionsTakeNobodyElsesPlaceForLong() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int at = 0; at < 20; at++) {
        idle.add(served.caller.open());
      }
      int status = 0;
      while (status != 200) {
        try {
          status = served.caller.get(STATUS, Served.READING).status();
        } catch (IOException e) {
          // Full until those who say nothing are sent away.
        }
      }
      assertThat(idle.getLast().getInputStream().read())
          .as("there was no place for it")
          .isEqualTo(-1);
    } finally {
      for (Socket each : idle) {
        each.close();
      }
    }
  }

  @Test
  void guessingIsSlowedAndTheRightTokenIsNotLockedOut() throws IOException {
    Limits few = limits(5, 3);
    try (Served own = new Served(repository, few, Optional.empty())) {
      List<Integer> statuses = new ArrayList<>();
      for (int at = 0; at < 7; at++) {
        statuses.add(own.caller.get(STATUS, "guess" + at).status());
      }
      assertThat(statuses).startsWith(401, 401, 401, 401, 401).endsWith(429, 429);

      assertThat(own.caller.get(STATUS, Served.READING).status()).isEqualTo(200);
      own.caller.get(STATUS, Served.READING);
      own.caller.get(STATUS, Served.READING);
      Heard many = own.caller.get(STATUS, Served.READING);
      assertThat(many.status()).as("the fourth in a row of one token").isEqualTo(429);
      assertThat(many.header("Retry-After")).isNotEmpty();
      assertThat(own.caller.get(STATUS, Served.OPERATING).status()).isEqualTo(200);
    }
  }

  private static Limits limits(int failures, int burst) {
    Limits quick = Served.QUICK;
    return new Limits(
        quick.headerBytes(),
        quick.connections(),
        quick.connectionsOfOne(),
        quick.quiet(),
        quick.answering(),
        quick.working(),
        quick.workers(),
        failures,
        Duration.ofHours(1),
        burst,
        Duration.ofHours(1));
  }

  @Test
  void aRepositoryThatHangsHoldsUpNeitherTheAskerNorTheEnd() throws IOException {
    repository.hang(new CountDownLatch(1));
    try (Served own = new Served(repository, Served.QUICK, Optional.empty())) {
      assertThat(own.caller.get(STATUS, Served.READING).status()).isEqualTo(504);
      assertThat(own.caller.get("/api/v1/receivers", Served.READING).status()).isEqualTo(200);
    } finally {
      repository.goOn();
    }
  }

  @Test
  void whatFailsIsToldWithoutItsInsides() throws IOException {
    repository.fail("could not read the repository: it is away");
    try {
      Heard heard = served.caller.get(STATUS, Served.READING);

      assertThat(heard.status()).isEqualTo(503);
      assertThat(heard.body()).contains("it is away", "Look there.").doesNotContain("Exception");
      assertThat(served.caller.get(STATUS, "wrong").body()).doesNotContain("away");
    } finally {
      repository.goOn();
    }
  }

  @Test
  void noThreadIsLeftBehind() throws IOException {
    Set<Thread> before = threads();
    Set<Thread> own;
    try (Served another = new Served(repository, Served.QUICK, Optional.empty())) {
      assertThat(another.caller.get(STATUS, Served.READING).status()).isEqualTo(200);
      own = threads();
      own.removeAll(before);
      assertThat(own).isNotEmpty();
    }

    assertThat(own).noneMatch(Thread::isAlive);
  }

  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().startsWith("api"));
    return threads;
  }
}

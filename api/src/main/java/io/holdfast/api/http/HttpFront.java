package io.holdfast.api.http;

import io.holdfast.api.Entrance;
import io.holdfast.api.answer.Answers;
import io.holdfast.api.answer.Route;
import io.holdfast.api.document.OpenApi;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinBindException;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The server, small: few threads, few connections, nothing that we do not need. */
public final class HttpFront implements AutoCloseable {
  private static final int THREADS = 8;
  private static final Request.Handler SILENT_FAILURES =
      (request, response, callback) -> {
        Replies.guard(response, false);
        Replies.refuse(request, response, callback, plain(response.getStatus()));
        return true;
      };

  /** Which versions of HTTP it would rather have is its own affair. */
  private static int plain(int status) {
    return status == 426 || status == 505 ? 400 : status;
  }

  private final Javalin server;
  private final Work work;
  private final Connections connections;
  private final InetSocketAddress listen;

  private HttpFront(Javalin server, Work work, Connections connections, InetSocketAddress listen) {
    this.server = server;
    this.work = work;
    this.connections = connections;
    this.listen = listen;
  }

  /**
   * @throws HoldfastException (usage) if the address cannot be listened on, or certificate and key
   *     cannot be used
   */
  public static HttpFront start(
      Entrance entrance, List<Route> routes, String version, Limits limits) {
    requireKnown(entrance.listen());
    Work work = new Work(limits.workers(), limits.working());
    Connections connections = new Connections(limits, System::nanoTime);
    Gate gate =
        new Gate(
            new Keys(entrance.tokens()),
            limits,
            connections,
            entrance.tls().isPresent(),
            System::nanoTime);
    Desk desk = new Desk(work, entrance.notes());
    byte[] openApi = Json.bytes(OpenApi.of(routes, version));
    Connectors connectors = Connectors.of(entrance, connections, limits);
    Javalin server =
        Javalin.create(config -> {
          configure(config, gate, limits);
          config.jetty.addConnector(connectors::make);
          desk.open(config, routes, openApi, Answers.ROOT + "/openapi.json");
        });
    HttpFront front = new HttpFront(server, work, connections, entrance.listen());
    front.begin();
    return front;
  }

  private static void requireKnown(InetSocketAddress listen) {
    if (listen.isUnresolved()) {
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not listen for the API: nothing has the name " + listen.getHostString(),
          "'api: listen' in the configuration names an address of this machine.");
    }
  }

  private void begin() {
    try {
      server.start();
      connections.start();
    } catch (JavalinBindException e) {
      close();
      throw new HoldfastException(
          ExitStatus.USAGE,
          "could not listen on " + listen + " for the API: it is not free, or not ours",
          "Another process may listen there. 'api: listen' in the configuration names another"
              + " address.",
          e);
    }
  }

  private static void configure(JavalinConfig config, Gate gate, Limits limits) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = 0;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.router.ignoreTrailingSlashes = false;
    config.jetty.threadPool = threads();
    config.jetty.modifyServer(server -> {
      server.insertHandler(gate);
      server.setErrorHandler(SILENT_FAILURES);
      server.setStopTimeout(2_000);
    });
    config.jetty.modifyServletContextHandler(context -> context.setErrorHandler(SILENT_FAILURES));
    config.jetty.modifyHttpConfiguration(http -> modify(http, limits));
  }

  /** Answers wait in threads that cost nothing; those of the pool move bytes. */
  private static QueuedThreadPool threads() {
    QueuedThreadPool pool = new QueuedThreadPool(THREADS, 1);
    pool.setName("api");
    pool.setDaemon(true);
    pool.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("api-request-"));
    return pool;
  }

  private static void modify(HttpConfiguration http, Limits limits) {
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(limits.headerBytes());
    http.setIdleTimeout(limits.quiet().toMillis());
    http.setHttpCompliance(HttpCompliance.RFC9110);
    // Odd paths are the gate's affair: to those without a token they look like all others.
    http.setUriCompliance(UriCompliance.UNSAFE);
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(listen.getAddress(), server.port());
  }

  @Override
  public void close() {
    work.close();
    connections.close();
    server.stop();
  }
}

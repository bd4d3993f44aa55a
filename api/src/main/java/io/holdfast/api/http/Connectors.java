package io.holdfast.api.http;

import io.holdfast.api.Entrance;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** What listens: HTTP/1.1, under TLS if there is a certificate. */
record Connectors(
    InetSocketAddress listen,
    Optional<ServedCertificate> certificate,
    Connections connections,
    Limits limits) {
  static Connectors of(Entrance entrance, Connections connections, Limits limits) {
    return new Connectors(
        entrance.listen(),
        entrance.tls().map(tls -> ServedCertificate.of(tls, entrance.notes())),
        connections,
        limits);
  }

  Connector make(Server server, HttpConfiguration http) {
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector connector =
        certificate
            .map(shown -> new ServerConnector(server, 1, 1, encrypting(shown, plain), plain))
            .orElseGet(() -> new ServerConnector(server, 1, 1, plain));
    connector.setHost(listen.getAddress().getHostAddress());
    connector.setPort(listen.getPort());
    connector.setIdleTimeout(limits.quiet().toMillis());
    connector.setAcceptQueueSize(limits.connections());
    connector.addBean(connections);
    return connector;
  }

  private static SslConnectionFactory encrypting(
      ServedCertificate shown, HttpConnectionFactory plain) {
    SslConnectionFactory factory = new SslConnectionFactory(tls(shown), plain.getProtocol());
    // By whatever name or address somebody comes, there is but one certificate to be shown.
    factory.setEnsureSecureRequestCustomizer(false);
    return factory;
  }

  private static SslContextFactory.Server tls(ServedCertificate shown) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(shown.context());
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setRenegotiationAllowed(false);
    return factory;
  }
}

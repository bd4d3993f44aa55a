package io.holdfast.cli.wiring;

import io.holdfast.api.ApiServer;
import io.holdfast.api.Entrance;
import io.holdfast.api.Right;
import io.holdfast.api.Tls;
import io.holdfast.api.Token;
import io.holdfast.service.Job;
import io.holdfast.service.Service;
import io.holdfast.settings.ApiSettings;
import io.holdfast.settings.SecretReference;
import io.holdfast.settings.Secrets;
import io.holdfast.settings.Settings;
import io.holdfast.vocabulary.Secret;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** The API of the service and of all that the configuration declares. */
public final class ApiListening implements AutoCloseable {
  private final ApiServer server;
  private final ServedFleet fleet;

  private ApiListening(ApiServer server, ServedFleet fleet) {
    this.server = server;
    this.fleet = fleet;
  }

  /**
   * @param writing the repository that pauses are noted in, and who did it
   * @param notes told what is worth a line in the log
   */
  public static ApiListening start(
      Rooms rooms,
      Settings settings,
      ApiSettings wanted,
      OpenRepository writing,
      List<Job> jobs,
      Service service,
      Consumer<String> notes,
      InstantSource clock) {
    ServedFleet fleet = new ServedFleet(rooms, settings, service, clock);
    ServedTimetable timetable =
        new ServedTimetable(
            fleet,
            writing.repository(),
            jobs,
            service,
            clock,
            act -> AuditSites.add(rooms, writing, act, notes));
    return new ApiListening(
        ApiServer.start(entrance(wanted, notes), fleet, timetable, Build.version(), clock), fleet);
  }

  private static Entrance entrance(ApiSettings wanted, Consumer<String> notes) {
    return new Entrance(
        wanted.listen(),
        wanted.tokens().stream().map(ApiListening::token).toList(),
        wanted
            .tls()
            .map(tls ->
                new Tls(
                    tls.certificate(),
                    tls.key(),
                    () -> Secrets.read(new SecretReference.InFile(tls.key())))),
        notes);
  }

  private static Token token(ApiSettings.Token declared) {
    Right right =
        switch (declared.may()) {
          case READ -> Right.READ;
          case OPERATE -> Right.OPERATE;
        };
    try (Secret secret = Secrets.read(declared.secret())) {
      return Token.of(declared.name(), right, secret);
    }
  }

  /** As it is typed, without what follows. */
  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    try (fleet) {
      server.close();
    }
  }
}

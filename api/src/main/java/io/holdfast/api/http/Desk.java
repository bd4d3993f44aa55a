package io.holdfast.api.http;

import io.holdfast.api.Token;
import io.holdfast.api.answer.Asked;
import io.holdfast.api.answer.Parameter;
import io.holdfast.api.answer.RefusalException;
import io.holdfast.api.answer.Route;
import io.holdfast.vocabulary.ExitStatus;
import io.holdfast.vocabulary.HoldfastException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Takes requests that came through the gate, and hands out answers. */
final class Desk {
  private final Work work;
  private final Consumer<String> notes;

  /**
   * @param notes told of faults of our own
   */
  Desk(Work work, Consumer<String> notes) {
    this.work = work;
    this.notes = notes;
  }

  void open(JavalinConfig config, List<Route> routes, byte[] openApi, String openApiPath) {
    for (Route route : routes) {
      config.routes.addHttpHandler(
          route.method() == Route.Method.GET ? HandlerType.GET : HandlerType.POST,
          route.path(),
          context -> answer(route, context));
    }
    config.routes.get(openApiPath, context -> say(context, 200, openApi));
    config.routes.exception(
        HttpResponseException.class, (e, context) -> refuse(context, Refusal.of(e.getStatus())));
    config.routes.exception(Exception.class, this::fault);
  }

  private void answer(Route route, Context context) {
    try {
      Token token = context.attribute(Gate.TOKEN);
      if (token == null || !token.right().covers(route.needs())) {
        throw new RefusalException(403, Refusal.of(403).error().message(), null);
      }
      Asked asked = new Asked(path(route, context), query(route, context), token.name());
      say(context, route.status(), work.done(() -> Json.bytes(route.handler().apply(asked))));
    } catch (RefusalException e) {
      refuse(
          context, Refusal.of(e.status(), String.valueOf(e.getMessage()), e.hint().orElse(null)));
    } catch (HoldfastException e) {
      refuse(context, Refusal.of(status(e), String.valueOf(e.getMessage()), e.hint().orElse(null)));
    }
  }

  private static Map<String, String> path(Route route, Context context) {
    Map<String, String> path = new HashMap<>();
    for (Parameter part : route.parts()) {
      String text = context.pathParam(part.word());
      if (!part.accepts(text)) {
        throw new RefusalException(404, Refusal.of(404).error().message(), null);
      }
      path.put(part.word(), text);
    }
    return path;
  }

  private static Map<String, String> query(Route route, Context context) {
    Map<String, String> query = new HashMap<>();
    context
        .queryParamMap()
        .forEach((word, texts) -> {
          boolean fits =
              texts.size() == 1
                  && route.query().stream()
                      .anyMatch(each -> each.word().equals(word) && each.accepts(texts.getFirst()));
          if (!fits) {
            throw new RefusalException(
                400,
                "behind the '?' stands what is not known here, stands twice, or has another form",
                "The OpenAPI document says what may stand there.");
          }
          query.put(word, texts.getFirst());
        });
    return query;
  }

  private static int status(HoldfastException e) {
    return e.status() == ExitStatus.LEASE_HELD || e.status() == ExitStatus.REFUSED ? 409 : 503;
  }

  private void fault(Exception e, Context context) {
    notes.accept("the API met a fault of Holdfast itself: " + e);
    refuse(context, Refusal.of(500));
  }

  private static void refuse(Context context, Refusal refusal) {
    say(context, refusal.error().status(), Json.bytes(refusal));
  }

  private static void say(Context context, int status, byte[] json) {
    context.status(status).contentType("application/json").result(json);
  }
}

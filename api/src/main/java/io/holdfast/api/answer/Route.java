package io.holdfast.api.answer;

import io.holdfast.api.Right;
import java.util.List;
import java.util.function.Function;

/**
 * One kind of request, declared once: the server and the OpenAPI document are made from it.
 *
 * @param path its variable parts in braces, each named as a {@link Parameter}
 * @param status of an answer that is none of a failure
 * @param summary one line
 * @param query what may stand behind the '?'
 * @param answer a record
 */
public record Route(
    Method method,
    String path,
    Right needs,
    int status,
    String summary,
    List<Parameter> query,
    Class<?> answer,
    Function<Asked, Object> handler) {
  /** What is done with a path. */
  public enum Method {
    GET,
    POST
  }

  public Route {
    query = List.copyOf(query);
  }

  /** The variable parts of the path. */
  public List<Parameter> parts() {
    return List.of(Parameter.values()).stream()
        .filter(each -> path.contains("{" + each.word() + "}"))
        .toList();
  }
}

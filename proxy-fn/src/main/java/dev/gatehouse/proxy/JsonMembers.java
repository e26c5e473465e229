package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.json.StrictJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Texts in a request's JSON body; a body that is no strict JSON object has none. */
record JsonMembers(Map<String, Object> members) {
  /** Longer bodies carry files, not passes. */
  private static final int LONGEST = 256 * 1024;

  static JsonMembers of(GatewayRequest request) {
    boolean small = request.body().length > 0 && request.body().length <= LONGEST;
    return new JsonMembers(
        small && StrictJson.read(request.body()) instanceof StrictJson.Document(var members)
            ? members
            : Map.of());
  }

  /** The text at a JSON pointer (RFC 6901). */
  Optional<String> text(String pointer) {
    Object value = members;
    for (String part : pointer.substring(1).split("/", -1)) {
      value = child(value, part.replace("~1", "/").replace("~0", "~"));
    }
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static Object child(Object value, String name) {
    Object child =
        switch (value) {
          case Map<?, ?> map -> map.get(name);
          case List<?> list when name.matches("0|[1-9][0-9]{0,5}") -> element(list, name);
          default -> StrictJson.Null.NULL;
        };
    return child == null ? StrictJson.Null.NULL : child;
  }

  private static Object element(List<?> list, String index) {
    int at = Integer.parseInt(index);
    return at < list.size() ? list.get(at) : StrictJson.Null.NULL;
  }
}

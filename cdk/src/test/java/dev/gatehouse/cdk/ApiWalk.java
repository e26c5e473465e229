package dev.gatehouse.cdk;

import java.util.List;
import java.util.Optional;

/** How API Gateway finds the method of a request: a literal child, else the variable one. */
final class ApiWalk {
  private ApiWalk() {}

  /** The method that is found; empty if there is none, which is a 404. */
  static Optional<ApiMethod> method(
      ApiResource at, String method, List<String> path, boolean turnsBack) {
    if (path.isEmpty()) {
      return Optional.ofNullable(at.methods().get(method))
          .or(() -> Optional.ofNullable(at.methods().get("ANY")));
    }
    for (ApiResource child : at.children()) {
      if (child.part().equals(path.getFirst())) {
        Optional<ApiMethod> found = method(child, method, path.subList(1, path.size()), turnsBack);
        if (found.isPresent() || !turnsBack) {
          return found;
        }
      }
    }
    for (ApiResource child : at.children()) {
      if (child.part().equals("{proxy+}")) {
        return method(child, method, List.of(), turnsBack);
      }
      if (child.part().startsWith("{")) {
        return method(child, method, path.subList(1, path.size()), turnsBack);
      }
    }
    return Optional.empty();
  }
}

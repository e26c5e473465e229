package dev.gatehouse.cdk;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * One resource of the REST API.
 *
 * @param part its path part: {@code reservations}, {@code {p3}} or {@code {proxy+}}; empty for the
 *     root
 * @param methods the guard of each method, {@code ANY} among them; none where no route ends
 */
record ApiResource(String part, NavigableMap<String, Guard> methods, List<ApiResource> children) {
  ApiResource {
    methods = Collections.unmodifiableNavigableMap(new TreeMap<>(methods));
    children = List.copyOf(children);
  }

  /** Resources in this branch, itself included. */
  int resources() {
    return 1 + children.stream().mapToInt(ApiResource::resources).sum();
  }

  /** Methods in this branch. */
  int methodCount() {
    return methods.size() + children.stream().mapToInt(ApiResource::methodCount).sum();
  }

  /** Whether any method of this branch has this guard. */
  boolean uses(Guard guard) {
    return methods.containsValue(guard) || children.stream().anyMatch(child -> child.uses(guard));
  }
}

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
 * @param methods by name, {@code ANY} among them; none where nothing is served
 */
record ApiResource(
    String part, NavigableMap<String, ApiMethod> methods, List<ApiResource> children) {
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
    return methods.values().stream().anyMatch(method -> method.guard() == guard)
        || children.stream().anyMatch(child -> child.uses(guard));
  }
}

package dev.gatehouse.queue;

import java.util.List;
import java.util.stream.Stream;

/** One line: the visitors of one event, served by a queue of gateway.yaml. */
record Line(String queue, String event) {
  private static final List<String> PARTS =
      List.of("line", "places", "waiting", "seen", "called", "active", "spent");

  /** The Redis keys of a line, of one hash slot, in the order in which the scripts expect them. */
  List<String> keys() {
    return PARTS.stream().map(part -> key(part)).toList();
  }

  /** Which event's line a subject is inside of: one session of a queue, by its subject. */
  static String sessionKey(String queue, String subject) {
    return "q:{" + queue + "/" + subject + "}:session";
  }

  /** What the line's records are filed under where a flat name is needed. */
  String name() {
    return queue + "/" + event;
  }

  private String key(String part) {
    return Stream.of("q:{", name(), "}:", part).reduce("", String::concat);
  }
}

package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A line as an operator sees it at one moment.
 *
 * @param rate at which it calls at most, a second
 * @param measured calls a second over the last minute
 * @param total calls ever
 * @param nanos when it was seen ({@link System#nanoTime()})
 */
record QueueView(
    String queue,
    String event,
    String state,
    String message,
    long waiting,
    long called,
    long active,
    long capacity,
    double rate,
    double measured,
    long total,
    long nanos) {
  private static final int BAR = 20;

  static QueueView of(JsonNode state, long nanos) {
    return new QueueView(
        state.path("queue").asText(),
        state.path("event_id").asText(),
        state.path("state").asText(),
        state.path("message").asText(),
        state.path("waiting").asLong(),
        state.path("called").asLong(),
        state.path("active").asLong(),
        state.path("capacity").asLong(),
        state.path("rate_per_sec").asDouble(),
        state.path("calls_per_sec_1m").asDouble(),
        state.path("called_total").asLong(),
        nanos);
  }

  /** Whether both are the same but for what changes with time alone. */
  boolean equalsBut(QueueView other) {
    return timeless().equals(other.timeless());
  }

  private QueueView timeless() {
    return new QueueView(
        queue, event, state, message, waiting, called, active, capacity, rate, 0, total, 0);
  }

  /** Several lines, with what was served since the view before. */
  String text(Optional<QueueView> before) {
    StringBuilder text = new StringBuilder();
    row(text, queue + " / " + event, state + (message.isEmpty() ? "" : " (" + message + ")"));
    row(text, "waiting", whole(waiting));
    row(text, "called", whole(called));
    row(text, "active", whole(active));
    row(
        text,
        "inside of capacity",
        whole(called + active) + " of " + whole(capacity) + "  " + bar());
    row(text, "served per second", served(before));
    row(text, "wait at the end", wait(endSeconds()));
    return text.toString().stripTrailing();
  }

  /** One line of names and values. */
  String line(Optional<QueueView> before) {
    OptionalDouble now = perSecond(before);
    OptionalLong end = endSeconds();
    return queue
        + "/"
        + event
        + " "
        + state
        + " waiting="
        + waiting
        + " called="
        + called
        + " active="
        + active
        + " capacity="
        + capacity
        + " served_per_sec="
        + tenths(now.orElse(measured))
        + " rate_per_sec="
        + tenths(rate)
        + " wait_sec="
        + (end.isPresent() ? Long.toString(end.getAsLong()) : "unknown")
        + (message.isEmpty() ? "" : " message=\"" + message.replace('"', '\'') + "\"");
  }

  private String served(Optional<QueueView> before) {
    OptionalDouble now = perSecond(before);
    return (now.isPresent() ? tenths(now.getAsDouble()) + " now, " : "")
        + tenths(measured)
        + " over a minute (rate: "
        + tenths(rate)
        + ")";
  }

  private OptionalDouble perSecond(Optional<QueueView> before) {
    return before
        .filter(view -> view.nanos() < nanos)
        .map(view -> OptionalDouble.of((total - view.total()) * 1e9 / (nanos - view.nanos())))
        .orElse(OptionalDouble.empty());
  }

  /** For whoever comes now: at the rate at best, at the measured pace where the line is full. */
  private OptionalLong endSeconds() {
    boolean full = called + active >= capacity;
    double pace = full ? Math.min(rate, measured) : rate;
    boolean stands = state.equals("paused") || state.equals("closed") || pace <= 0;
    return stands ? OptionalLong.empty() : OptionalLong.of((long) Math.ceil(waiting / pace));
  }

  private static String wait(OptionalLong seconds) {
    if (seconds.isEmpty()) {
      return "unknown";
    }
    long value = seconds.getAsLong();
    return value < 120 ? "about " + value + " s" : "about " + Math.ceilDiv(value, 60) + " min";
  }

  private String bar() {
    long inside = Math.min(called + active, capacity);
    int full = capacity <= 0 ? 0 : Math.toIntExact(inside * BAR / capacity);
    return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
  }

  private static void row(StringBuilder text, String label, String value) {
    text.append(String.format(Locale.ROOT, "%-20s %s%n", label, value));
  }

  private static String whole(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String tenths(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

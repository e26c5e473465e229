package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A line as an operator sees it at one moment.
 *
 * @param nanos when it was seen ({@link System#nanoTime()})
 */
record QueueView(
    String name,
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
  /** Nothing has been seen. */
  static final QueueView NONE = new QueueView("", "", "", 0, 0, 0, 0, 0, 0, 0, 0);

  static QueueView of(JsonNode state, long nanos) {
    return new QueueView(
        state.path("queue").asText() + " / " + state.path("event_id").asText(),
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

  /** The lines that are shown, with what was called since the view before. */
  String text(QueueView before) {
    StringBuilder text = new StringBuilder();
    row(text, name, state + (message.isEmpty() ? "" : " (" + message + ")"));
    row(text, "waiting", Long.toString(waiting));
    row(text, "called", Long.toString(called));
    row(text, "active", active + " (called and active: at most " + capacity + ")");
    row(text, "called per second", served(before));
    row(text, "wait at the end", span(waiting));
    return text.toString().stripTrailing();
  }

  private String served(QueueView before) {
    String now =
        before.nanos() == 0
            ? ""
            : number((total - before.total()) * 1e9 / (nanos - before.nanos())) + " now, ";
    return now + number(measured) + " over a minute (rate: " + number(rate) + ")";
  }

  /** At the rate at best; at the measured pace where the line is full. */
  private String span(long people) {
    if (state.equals("paused") || state.equals("closed")) {
      return "unknown";
    }
    boolean full = called + active >= capacity;
    double pace = full && measured > 0 ? Math.min(rate, measured) : rate;
    return pace <= 0 ? "unknown" : "about " + Math.round(Math.ceil(people / pace)) + " s";
  }

  private static void row(StringBuilder text, String label, String value) {
    text.append(String.format(Locale.ROOT, "%-20s %s%n", label, value));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}

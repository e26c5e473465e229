package dev.gatehouse.queue;

import dev.gatehouse.json.StrictJson;
import dev.gatehouse.queue.Desk.Found;
import dev.gatehouse.queue.Standing.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** A standing in the words of the API. */
final class Words {
  private static final Object NULL = StrictJson.Null.NULL;

  /** Pauses are told a little shorter than they are kept for, so that clients do not march. */
  private static final double JITTER = 0.2;

  private final RandomGenerator random;

  Words(RandomGenerator random) {
    this.random = random;
  }

  /** The members of a status. */
  Map<String, Object> status(Found found, Instant joined) {
    Standing standing = found.standing();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("status", word(found));
    members.putAll(place(found));
    members.put("waiting_time", Math.max(0, Duration.between(joined, standing.now()).toSeconds()));
    members.put("ready_for_entry", ready(standing.stage()));
    members.put("poll_after_ms", pause(standing));
    if (ready(standing.stage())) {
      members.put("ends_in_sec", seconds(standing.now(), standing.ends()));
    }
    found
        .current()
        .terms()
        .opening()
        .filter(standing.now()::isBefore)
        .ifPresent(opening -> members.put("opens_in_sec", seconds(standing.now(), opening)));
    message(found).ifPresent(message -> members.put("message", message));
    return members;
  }

  /** The same for a problem, whose own {@code status} is the answer's. */
  Map<String, Object> notReady(Found found, Instant joined) {
    Map<String, Object> members = status(found, joined);
    members.remove("status");
    members.put("queue_status", word(found));
    return members;
  }

  /** Position and estimate, each null while it is not known. */
  Map<String, Object> place(Found found) {
    OptionalLong position = found.standing().position();
    Eta eta = found.eta();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("position", position.isPresent() ? (Object) position.getAsLong() : NULL);
    members.put("eta_sec", eta.seconds().<Object>map(seconds -> seconds).orElse(NULL));
    members.put(
        "eta_range_sec",
        eta.range().<Object>map(range -> List.of(range.low(), range.high())).orElse(NULL));
    return members;
  }

  long pause(Standing standing) {
    double share = 1 - JITTER * random.nextDouble();
    return Math.round(standing.pause().toMillis() * share);
  }

  static Optional<String> message(Found found) {
    return Optional.of(found.current().operators().message()).filter(text -> !text.isEmpty());
  }

  static boolean ready(Stage stage) {
    return stage == Stage.CALLED || stage == Stage.ACTIVE;
  }

  static String word(Found found) {
    return switch (found.standing().stage()) {
      case WAITING -> waiting(found);
      case CALLED -> "ready";
      case ACTIVE -> "admitted";
      case NONE, SPENT -> "expired";
    };
  }

  private static String waiting(Found found) {
    boolean early =
        found.current().terms().opening().filter(found.standing().now()::isBefore).isPresent();
    return switch (found.standing().line().state()) {
      case PAUSED -> "paused";
      case CLOSED -> "closed";
      case OPEN, DRAIN -> early ? "prequeue" : "waiting";
    };
  }

  private static long seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toSeconds());
  }
}

package dev.gatehouse.config;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One virtual queue (waiting room).
 *
 * @param events names or prefixes ({@code evt-*}) of the events that it serves; each has its own
 *     line; one event of the queue's own name unless set
 * @param admit how many are called per {@code per}
 * @param capacity how many may be inside at the same time
 * @param opensAt open from the start unless set
 * @param prequeue {@link Prequeue#NONE} unless set
 * @param grace how long a ticket may go unseen before its place is passed over; 20 s unless set
 * @param claimWithin how long a called ticket may take to enter; 60 s unless set
 * @param session how long an entered visitor holds a slot; 10 min unless set
 */
public record Queue(
    String name,
    List<String> events,
    Rate admit,
    int capacity,
    Optional<Instant> opensAt,
    Prequeue prequeue,
    Duration grace,
    Duration claimWithin,
    Duration session) {

  /** The time that a ticket may go unseen where gateway.yaml gives none. */
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(20);

  /** The time that a called ticket has where gateway.yaml gives none. */
  public static final Duration DEFAULT_CLAIM = Duration.ofSeconds(60);

  /** The time inside where gateway.yaml gives none. */
  public static final Duration DEFAULT_SESSION = Duration.ofMinutes(10);

  public Queue {
    events = events.isEmpty() ? List.of(name) : List.copyOf(events);
  }

  /**
   * The queue that serves an event: the one with the event's name, else the one with the longest
   * prefix of it, else the first.
   */
  public static Optional<Queue> serving(Collection<Queue> queues, String event) {
    return queues.stream()
        .filter(queue -> queue.precision(event) >= 0)
        .reduce((a, b) -> b.precision(event) > a.precision(event) ? b : a);
  }

  /** How precisely the events name this one: -1 not at all, most by its whole name. */
  private int precision(String event) {
    return events.stream()
        .mapToInt(
            pattern -> {
              if (pattern.equals(event)) {
                return Integer.MAX_VALUE;
              }
              String prefix = pattern.substring(0, pattern.length() - 1);
              return pattern.endsWith("*") && event.startsWith(prefix) ? prefix.length() : -1;
            })
        .max()
        .orElse(-1);
  }

  /** A number per unit of time, such as {@code 50/s}. */
  public record Rate(long count, Duration per) {
    /** The longest time that one call may take: what lines count with stays exact. */
    public static final Duration LONGEST = Duration.ofDays(1);

    /** Reads {@code 50/s} or {@code 60/1m}; per day at the slowest. */
    public static Optional<Rate> parse(String text) {
      return Quantities.rate(text).filter(rate -> rate.per().compareTo(LONGEST) <= 0);
    }
  }

  /** How those who came before the opening are ordered. */
  public enum Prequeue {
    NONE,
    SHUFFLE
  }
}

package dev.gatehouse.config;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One virtual queue (waiting room).
 *
 * @param events names or prefixes ({@code evt-*}) of the events that it serves; each has its own
 *     line; empty serves every event
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
    events = List.copyOf(events);
  }

  /** A number per unit of time, such as {@code 50/s}. */
  public record Rate(long count, Duration per) {}

  /** How those who came before the opening are ordered. */
  public enum Prequeue {
    NONE,
    SHUFFLE
  }
}

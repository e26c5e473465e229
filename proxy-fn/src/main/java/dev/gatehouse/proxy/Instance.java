package dev.gatehouse.proxy;

import dev.gatehouse.http.Query;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One instance of a service, and what this environment has seen of it.
 *
 * <p>Guarded by its {@link Instances}.
 */
final class Instance {
  /** Of a moving average of answer times: the last call's weight is one in so many. */
  private static final int MEMORY = 8;

  private final Origin origin;
  private final String prefix;
  private final Optional<String> zone;
  private int inFlight;
  private long averageNanos;
  private int failuresInARow;
  private int ejections;
  private Instant ejectedUntil = Instant.MIN;
  private Instant succeededAt = Instant.MIN;
  private Instant downUntil = Instant.MIN;

  /**
   * @param address where its name leads; empty for the client to find out
   * @param zone the availability zone that it is in, where that is known
   */
  Instance(URI base, Optional<InetAddress> address, Optional<String> zone) {
    String path = base.getRawPath();
    this.origin = Origin.of(base, address);
    this.prefix = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    this.zone = zone;
  }

  Origin origin() {
    return origin;
  }

  Optional<String> zone() {
    return zone;
  }

  /**
   * What stands in the line of a request there.
   *
   * @param path canonical
   */
  String target(String path, Query query) {
    return query.parameters().isEmpty() ? prefix + path : prefix + path + "?" + query.encoded();
  }

  void begun() {
    inFlight++;
  }

  void succeeded(Instant now, long nanos) {
    inFlight--;
    averageNanos += (nanos - averageNanos) / MEMORY;
    failuresInARow = 0;
    succeededAt = now;
  }

  void abandoned() {
    inFlight--;
  }

  /** How often it has failed in a row. */
  int failed() {
    inFlight--;
    return ++failuresInARow;
  }

  /** Leaves it out for a time that grows with each ejection that follows soon after another. */
  void eject(Instant now, Duration unit, int most) {
    Duration last = unit.multipliedBy(ejections);
    ejections = isRelapse(now, last) ? Math.min(ejections + 1, most) : 1;
    ejectedUntil = now.plus(unit.multipliedBy(ejections));
    failuresInARow = 0;
  }

  /** It came back less time ago than it had been out. */
  private boolean isRelapse(Instant now, Duration last) {
    return ejections > 0 && now.isBefore(ejectedUntil.plus(last));
  }

  boolean isOut(Instant now) {
    return now.isBefore(ejectedUntil);
  }

  /** The prober found it down, which is believed until then. */
  void down(Instant until) {
    downUntil = until;
  }

  boolean isKnownDown(Instant now) {
    return now.isBefore(downUntil);
  }

  /** Whether its last call succeeded, since then. */
  boolean stands(Instant since) {
    return failuresInARow == 0 && succeededAt.isAfter(since);
  }

  /** Whether it has less to do than another one, or the same and answers faster. */
  boolean isFreerThan(Instance other) {
    return inFlight == other.inFlight
        ? averageNanos < other.averageNanos
        : inFlight < other.inFlight;
  }
}

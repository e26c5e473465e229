package dev.gatehouse.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves when it is told to, either way. */
public final class ManualClock implements InstantSource {
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");

  @Override
  public synchronized Instant instant() {
    return now;
  }

  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }
}

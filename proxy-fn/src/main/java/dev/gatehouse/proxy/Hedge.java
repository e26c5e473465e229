package dev.gatehouse.proxy;

import dev.gatehouse.proxy.Alarms.Alarm;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A second call of another instance beside one that is slow; the first answer that is none of a
 * failure is taken, and the other call broken off.
 *
 * @see <a href="https://research.google/pubs/the-tail-at-scale/">The Tail at Scale</a>
 */
final class Hedge {
  private final HttpUpstream.Running slow;
  private final Supplier<Optional<Second>> choice;
  private final CompletableFuture<UpstreamOutcome> secondOutcome = new CompletableFuture<>();
  private @Nullable Second second;
  private boolean over;
  private boolean won;

  /** The second call, and its instance. */
  record Second(Instance instance, HttpUpstream.Running call) {}

  /**
   * How it ended.
   *
   * @param first the first call's own outcome; empty where it was broken off
   * @param second what became of the other, if it was made
   */
  record Ending(
      UpstreamOutcome outcome, Optional<UpstreamOutcome> first, Optional<Answered> second) {}

  /**
   * The second instance.
   *
   * @param outcome empty where its call was broken off
   */
  record Answered(Instance instance, Optional<UpstreamOutcome> outcome) {}

  /**
   * @param choice the second call, if there is to be one; asked once, in another thread, while this
   *     one waits
   */
  Hedge(HttpUpstream.Running slow, Supplier<Optional<Second>> choice) {
    this.slow = slow;
    this.choice = choice;
  }

  /** Makes the first call, and after that time the second. */
  Ending run(HttpUpstream http, Duration patience) {
    Alarm start = http.after(patience, this::begin);
    try (start) {
      return ended(slow.answer());
    }
  }

  private void begin() {
    Second made;
    synchronized (this) {
      if (over) {
        return;
      }
      made = choice.get().orElse(null);
      second = made;
    }
    if (made != null) {
      answered(made);
    }
  }

  private void answered(Second made) {
    UpstreamOutcome outcome = new UpstreamOutcome.Broken("not made");
    try {
      outcome = made.call().answer();
      settle(outcome);
    } finally {
      secondOutcome.complete(outcome);
    }
  }

  private synchronized void settle(UpstreamOutcome outcome) {
    if (!over && !outcome.failed()) {
      won = true;
      slow.breakOff();
    }
  }

  private Ending ended(UpstreamOutcome first) {
    Second made;
    synchronized (this) {
      made = second;
      over = made == null || !first.failed() || won;
    }
    if (made == null) {
      return new Ending(first, Optional.of(first), Optional.empty());
    }
    if (!first.failed()) {
      made.call().breakOff();
      return new Ending(
          first, Optional.of(first), Optional.of(new Answered(made.instance(), Optional.empty())));
    }
    UpstreamOutcome other = secondOutcome.join();
    Optional<UpstreamOutcome> own = won ? Optional.empty() : Optional.of(first);
    return new Ending(
        other.failed() ? first : other,
        own,
        Optional.of(new Answered(made.instance(), Optional.of(other))));
  }
}

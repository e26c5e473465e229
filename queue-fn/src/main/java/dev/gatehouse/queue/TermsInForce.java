package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The terms of each line as this environment knows them: gateway.yaml's with the operators'
 * changes, read again after {@link #AGE} or when the line itself tells of newer ones.
 *
 * <p>While the changes cannot be read the last ones hold; a line whose changes were never read is
 * not served, because it may be closed.
 */
final class TermsInForce {
  static final Duration AGE = Duration.ofSeconds(10);

  /** How long the last terms hold after a failed reading: nobody waits for another failure. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final int MOST = 1_000;

  private final OperatorBook book;
  private final BiFunction<Queue, Line, String> seeds;
  private final InstantSource clock;
  private final Map<Line, Held> held = new RecentlyUsed();

  /**
   * @param seeds of the shuffle before a line's opening
   */
  TermsInForce(OperatorBook book, BiFunction<Queue, Line, String> seeds, InstantSource clock) {
    this.book = book;
    this.seeds = seeds;
    this.clock = clock;
  }

  /** A line's terms with the operators' part of them. */
  record Current(Terms terms, OperatorTerms operators) {}

  private record Held(OperatorTerms operators, Instant readAt) {}

  /**
   * The terms.
   *
   * @throws GatewayException SERVICE_UNAVAILABLE where they were never read
   */
  synchronized Current of(Queue queue, Line line) {
    Held known = held.get(line);
    Instant now = clock.instant();
    boolean fresh =
        known != null && !now.isBefore(known.readAt()) && now.isBefore(known.readAt().plus(AGE));
    return current(queue, line, known != null && fresh ? known.operators() : read(line));
  }

  /** The terms, read again if the line has newer ones. */
  synchronized Current atLeast(Queue queue, Line line, Current known, long version) {
    return version > known.operators().version() ? current(queue, line, read(line)) : known;
  }

  /** What an operator has just written. */
  synchronized Current written(Queue queue, Line line, OperatorTerms terms) {
    held.put(line, new Held(terms, clock.instant()));
    return current(queue, line, terms);
  }

  private Current current(Queue queue, Line line, OperatorTerms operators) {
    return new Current(operators.over(Terms.of(queue, seeds.apply(queue, line))), operators);
  }

  private OperatorTerms read(Line line) {
    return switch (book.read(line)) {
      case Answered<OperatorTerms>(OperatorTerms terms) -> {
        held.put(line, new Held(terms, clock.instant()));
        yield terms;
      }
      case Unavailable<OperatorTerms> _ -> {
        Held last = held.get(line);
        if (last == null) {
          throw new GatewayException(
              ErrorCode.SERVICE_UNAVAILABLE, "The queue cannot be served at present.");
        }
        Instant readAt = clock.instant().minus(AGE).plus(PATIENCE);
        held.put(line, new Held(last.operators(), readAt));
        yield last.operators();
      }
    };
  }

  private static final class RecentlyUsed extends LinkedHashMap<Line, Held> {
    private static final long serialVersionUID = 1L;

    RecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Line, Held> eldest) {
      return size() > MOST;
    }
  }
}

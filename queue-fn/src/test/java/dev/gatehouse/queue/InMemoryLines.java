package dev.gatehouse.queue;

import dev.gatehouse.queue.Standing.Level;
import dev.gatehouse.queue.Standing.Stage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Lines in memory, written from the words of line.lua's head and not from its code. */
final class InMemoryLines implements Lines {
  private static final Duration HOLD = Duration.ofSeconds(45);
  private static final long QUARTER = 250_000;

  private final InstantSource clock;
  private final Map<Line, Kept> lines = new HashMap<>();

  InMemoryLines(InstantSource clock) {
    this.clock = clock;
  }

  private static final Comparator<Seat> ORDER =
      Comparator.comparingLong((Seat seat) -> seat.order).thenComparing(seat -> seat.subject);

  private static final class Kept {
    long born;
    long last;
    double arrival;
    long hold;
    long total;
    Terms terms;
    final Map<String, Seat> seats = new HashMap<>();
    final Map<String, Long> spent = new HashMap<>();

    Kept(long born, Terms terms) {
      this.born = born;
      this.terms = terms;
    }

    /** Those who wait, in their order. */
    Stream<Seat> waiting() {
      return at(Stage.WAITING).sorted(ORDER);
    }

    /** The position of one who waits, from 1. */
    long position(Seat seat) {
      return at(Stage.WAITING).filter(other -> ORDER.compare(other, seat) <= 0).count();
    }

    private Stream<Seat> at(Stage stage) {
      return seats.values().stream().filter(seat -> seat.stage == stage);
    }

    /** All that the subject may have been given until now. */
    void spend(String subject, long ticket) {
      spent.merge(subject, Math.max(last, ticket), Math::max);
    }

    long count(Stage stage) {
      return at(stage).count();
    }
  }

  private static final class Seat {
    final String subject;
    long sequence;
    long order;
    Stage stage = Stage.WAITING;
    long ends;
    long patience = Long.MAX_VALUE;
    long shown = Long.MAX_VALUE;

    Seat(String subject) {
      this.subject = subject;
    }
  }

  @Override
  public synchronized Told join(Line line, Terms terms, String subject) {
    Kept kept = swept(line, terms, 0);
    boolean has = kept.seats.containsKey(subject);
    if (!has && kept.terms.state().joinable()) {
      insert(kept, subject, Math.max(kept.last + 1, now()));
    }
    summon(kept, -1);
    if (!has && !kept.terms.state().joinable()) {
      return known(kept, Stage.NONE, 0, -1, 0, 0, false);
    }
    return standing(kept, new Place(subject, 0));
  }

  @Override
  public synchronized Told look(Line line, Terms terms, Place place) {
    Kept kept = swept(line, terms, place.sequence());
    seat(kept, place);
    summon(kept, -1);
    return standing(kept, place);
  }

  @Override
  public synchronized Told enter(Line line, Terms terms, Place place, Optional<Instant> session) {
    Kept kept = swept(line, terms, place.sequence());
    seat(kept, place);
    summon(kept, -1);
    Seat seat = kept.seats.get(place.subject());
    if (seat == null && session.isPresent()) {
      seat = insert(kept, place.subject(), place.sequence());
    }
    if (seat != null && (session.isPresent() || seat.stage == Stage.CALLED)) {
      seat.stage = Stage.ACTIVE;
      seat.ends = session.map(RedisLines::micros).orElse(now() + micros(kept.terms.session()));
      seat.patience = Long.MAX_VALUE;
      kept.spend(seat.subject, place.sequence());
    }
    return standing(kept, place);
  }

  @Override
  public synchronized Told leave(Line line, Terms terms, Place place) {
    return out(swept(line, terms, 0), place, false);
  }

  @Override
  public synchronized Told release(Line line, Terms terms, Place place) {
    return out(swept(line, terms, 0), place, true);
  }

  @Override
  public synchronized Told board(Line line, Terms terms) {
    Kept kept = swept(line, terms, 0);
    summon(kept, -1);
    return known(kept, Stage.NONE, 0, -1, 0, 0, false);
  }

  @Override
  public synchronized Told admit(Line line, Terms terms, int number) {
    Kept kept = swept(line, terms, 0);
    summon(kept, number);
    return known(kept, Stage.NONE, 0, -1, 0, 0, false);
  }

  @Override
  public synchronized Told forget(Line line, Terms terms) {
    Kept kept = swept(line, terms, 0);
    kept.seats.clear();
    kept.spent.clear();
    kept.born = 0;
    kept.hold = 0;
    return known(kept, Stage.NONE, 0, -1, 0, 0, false);
  }

  synchronized void lose(Line line) {
    lines.remove(line);
  }

  private Told out(Kept kept, Place place, boolean activeOnly) {
    Seat seat = kept.seats.get(place.subject());
    boolean stale =
        seat != null
            && seat.sequence > place.sequence()
            && kept.spent.getOrDefault(place.subject(), 0L) >= place.sequence();
    boolean freed = seat != null && !stale && (!activeOnly || seat.stage == Stage.ACTIVE);
    if (seat != null && freed) {
      kept.seats.remove(place.subject());
      kept.spend(place.subject(), place.sequence());
    } else if (!activeOnly && !stale) {
      kept.spend(place.subject(), place.sequence());
    }
    summon(kept, -1);
    return known(kept, Stage.NONE, place.sequence(), -1, 0, 0, freed);
  }

  private Kept swept(Line line, Terms terms, long ticket) {
    Kept kept = lines.computeIfAbsent(line, _ -> new Kept(now(), terms));
    if (terms.version() >= kept.terms.version()) {
      kept.terms = terms;
    }
    if (ticket > 0 && ticket < kept.born && kept.hold == 0 && now() < kept.born + micros(HOLD)) {
      kept.hold = kept.born + Math.max(micros(HOLD), micros(terms.grace()));
    }
    for (Seat seat : List.copyOf(kept.seats.values())) {
      if (seat.stage != Stage.ACTIVE
          && seat.patience != Long.MAX_VALUE
          && Math.ceilDiv(seat.patience, QUARTER) < now() / QUARTER) {
        kept.seats.remove(seat.subject);
      } else if (seat.stage == Stage.CALLED && seat.ends <= now()) {
        kept.seats.remove(seat.subject);
        if (seat.shown == 0) {
          kept.spend(seat.subject, 0);
        }
      } else if (seat.stage == Stage.ACTIVE && seat.ends <= now()) {
        kept.seats.remove(seat.subject);
      }
    }
    return kept;
  }

  private Seat insert(Kept kept, String subject, long sequence) {
    Seat seat = kept.seats.computeIfAbsent(subject, Seat::new);
    seat.sequence = sequence;
    seat.order = order(kept.terms, sequence);
    kept.last = Math.max(kept.last, sequence);
    return seat;
  }

  private void seat(Kept kept, Place place) {
    Seat seat = kept.seats.get(place.subject());
    boolean spent = place.sequence() <= kept.spent.getOrDefault(place.subject(), 0L);
    if (!spent
        && (seat == null || (seat.stage != Stage.ACTIVE && seat.sequence > place.sequence()))) {
      insert(kept, place.subject(), place.sequence());
    }
  }

  private void summon(Kept kept, int extra) {
    Terms terms = kept.terms;
    boolean calls = terms.state() == LineState.OPEN || terms.state() == LineState.DRAIN;
    if (!calls
        || now() < kept.hold
        || terms.opening().map(RedisLines::micros).filter(at -> now() < at).isPresent()) {
      return;
    }
    double bucket = (double) terms.rate().burst() * terms.rate().n() / terms.rate().d();
    kept.arrival = Math.min(kept.arrival, now() + bucket);
    double perCall = (double) terms.rate().n() / terms.rate().d() * 100 / Math.max(1, terms.pace());
    double burst = Math.max(1.0, Math.floor(terms.rate().burst() * terms.pace() / 100.0));
    double latest = now() + burst * perCall + 0.01;
    for (long left = extra; kept.count(Stage.WAITING) > 0; left--) {
      long inside = kept.count(Stage.CALLED) + kept.count(Stage.ACTIVE);
      double next = Math.max(kept.arrival, (double) now()) + perCall;
      boolean allowed = extra < 0 ? terms.pace() > 0 && next <= latest : left > 0;
      if (inside >= terms.capacity() || !allowed) {
        return;
      }
      if (extra < 0) {
        kept.arrival = next;
      }
      Seat seat = kept.waiting().findFirst().orElseThrow();
      seat.stage = Stage.CALLED;
      seat.ends = now() + micros(terms.claim());
      kept.total++;
    }
  }

  private Told standing(Kept kept, Place place) {
    Seat seat = kept.seats.get(place.subject());
    Terms terms = kept.terms;
    if (seat == null) {
      return known(kept, Stage.SPENT, place.sequence(), -1, 0, 30_000, false);
    }
    if (seat.stage == Stage.ACTIVE) {
      return known(kept, seat.stage, seat.sequence, 0, seat.ends, 10_000, false);
    }
    if (seat.stage == Stage.CALLED) {
      seat.shown = 0;
      seat.patience = now() + micros(terms.grace());
      return known(kept, seat.stage, seat.sequence, 0, seat.ends, 2_000, false);
    }
    long opening = terms.opening().map(RedisLines::micros).orElse(0L);
    boolean secret = (!terms.seed().isEmpty() && now() < opening) || now() < kept.hold;
    long position = kept.position(seat);
    double ahead = secret ? kept.count(Stage.WAITING) / 2.0 : position;
    double micros = Math.max(0, opening - now()) + ahead * terms.rate().n() / terms.rate().d();
    long pause = (long) Math.min(30_000, Math.max(1_000, Math.floor(micros / 8_000)));
    seat.patience = now() + Math.max(micros(terms.grace()), 1_500L * pause);
    if (!secret) {
      seat.shown = Math.min(seat.shown, position);
    }
    return known(kept, Stage.WAITING, seat.sequence, secret ? -1 : seat.shown, 0, pause, false);
  }

  private Told known(
      Kept kept, Stage stage, long sequence, long position, long ends, long pause, boolean freed) {
    return new Told.Known(
        new Standing(
            stage,
            sequence,
            position < 0 ? OptionalLong.empty() : OptionalLong.of(position),
            RedisLines.instant(ends),
            Duration.ofMillis(pause),
            clock.instant(),
            new Standing.Moves(freed, 0, 0),
            new Level(
                kept.count(Stage.WAITING),
                kept.count(Stage.CALLED),
                kept.count(Stage.ACTIVE),
                kept.terms.state(),
                kept.terms.version(),
                0,
                0,
                RedisLines.instant(kept.hold),
                kept.terms.rate().perSecond() * kept.terms.pace() / 100,
                kept.terms.capacity(),
                kept.total)));
  }

  static long order(Terms terms, long sequence) {
    long opening = terms.opening().map(RedisLines::micros).orElse(0L);
    if (terms.seed().isEmpty() || sequence >= opening) {
      return sequence;
    }
    String hex = sha1(terms.seed() + sequence);
    return opening - (1L << 40) + Long.parseLong(hex.substring(0, 10), 16);
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private long now() {
    return RedisLines.micros(clock.instant());
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}

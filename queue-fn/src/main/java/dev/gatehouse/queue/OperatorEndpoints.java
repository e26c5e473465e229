package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.json.Json;
import dev.gatehouse.queue.Desk.Served;
import dev.gatehouse.queue.Lines.Told;
import dev.gatehouse.queue.Standing.Level;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import dev.gatehouse.queue.TermsInForce.Current;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /admin/queues/**}: how operators see a line and change its terms. */
final class OperatorEndpoints {
  private static final String QUEUES = "/admin/queues/*";
  private static final List<String> CHANGEABLE = List.of("state", "admit", "capacity", "message");
  private static final int MOST_SLOTS = 1_000_000_000;
  private static final int MOST_CALLS = 10_000;

  /** One operation calls at most this many. */
  private static final int ROUND = 100;

  private final Desk desk;
  private final Lines lines;
  private final OperatorBook book;
  private final TermsInForce terms;

  OperatorEndpoints(Desk desk, Lines lines, OperatorBook book, TermsInForce terms) {
    this.desk = desk;
    this.lines = lines;
    this.book = book;
    this.terms = terms;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "GET " + QUEUES,
        (_, path) -> shown(served(path)),
        "PUT " + QUEUES,
        this::change,
        "POST " + QUEUES + "/admit",
        this::admit,
        "POST " + QUEUES + "/reset",
        this::reset);
  }

  private GatewayResponse change(Exchange exchange, CanonicalPath path) {
    Served served = served(path);
    JsonBody body = JsonBody.of(exchange.request());
    OperatorTerms before = read(served);
    OperatorTerms after = changed(before, body);
    body.check();
    write(served, after);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("event", served.line().event());
    facts.put("queue_state", after.state().word());
    after.admit().ifPresent(rate -> facts.put("queue_admit", rate));
    after.capacity().ifPresent(number -> facts.put("queue_capacity", number));
    Change.note(exchange, "queue.change", facts);
    return shown(served);
  }

  /** A message goes with its state: another state without one has none. */
  private static OperatorTerms changed(OperatorTerms before, JsonBody body) {
    if (CHANGEABLE.stream().noneMatch(body::has)) {
      body.violate("", "nothing to change (expected: any of " + CHANGEABLE + ")");
    }
    Optional<LineState> state = body.text("state").map(word -> state(word, body));
    Optional<String> admit = body.text("admit").map(rate -> rate(rate, body));
    Optional<Long> capacity =
        Optional.of("capacity").filter(body::has).map(name -> body.whole(name, MOST_SLOTS, 0));
    Optional<String> message = body.text("message");
    return new OperatorTerms(
        before.version() + 1,
        state.orElse(before.state()),
        admit.or(before::admit),
        capacity.or(before::capacity),
        message.orElse(state.isPresent() ? "" : before.message()),
        before.resetAt());
  }

  private GatewayResponse admit(Exchange exchange, CanonicalPath path) {
    Served served = served(path);
    JsonBody body = JsonBody.of(exchange.request());
    long number = body.whole("n", MOST_CALLS, 0);
    if (number == 0) {
      body.violate("/n", "missing or 0 (expected: a whole number from 1 to " + MOST_CALLS + ")");
    }
    body.check();
    long called = called(served, number);
    Change.note(exchange, "queue.admit", Map.of("event", served.line().event(), "called", called));
    return json(Map.of("called", called));
  }

  private long called(Served served, long number) {
    Terms current = terms.of(served.queue(), served.line()).terms();
    long called = 0;
    long moved = ROUND;
    while (called < number && moved > 0) {
      int round = Math.toIntExact(Math.min(ROUND, number - called));
      moved = standing(lines.admit(served.line(), current, round)).moves().called();
      called += moved;
    }
    return called;
  }

  /** Voids every ticket so far and forgets the line's places. */
  private GatewayResponse reset(Exchange exchange, CanonicalPath path) {
    Served served = served(path);
    JsonBody body = JsonBody.of(exchange.request());
    if (!body.required("queue").equals(served.queue().name())) {
      body.violate("/queue", "another name (expected: the queue's own, as a safeguard)");
    }
    body.check();
    Terms current = terms.of(served.queue(), served.line()).terms();
    Instant now = standing(lines.board(served.line(), current)).now();
    write(served, read(served).resetAt(now));
    standing(lines.forget(served.line(), current));
    Change.note(exchange, "queue.reset", Map.of("event", served.line().event()));
    return shown(served);
  }

  private GatewayResponse shown(Served served) {
    Current current = terms.of(served.queue(), served.line());
    Level line = standing(lines.board(served.line(), current.terms())).line();
    OperatorTerms operators =
        terms.atLeast(served.queue(), served.line(), current, line.version()).operators();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("event_id", served.line().event());
    members.put("queue", served.queue().name());
    members.put("state", line.state().word());
    members.put("waiting", line.waiting());
    members.put("called", line.called());
    members.put("active", line.active());
    members.put("capacity", line.capacity());
    members.put("rate_per_sec", line.rate());
    members.put("calls_per_sec_1m", line.perMinute());
    members.put("calls_per_sec_5m", line.perFive());
    members.put("called_total", line.total());
    members.put("message", operators.message());
    members.put("version", line.version());
    return json(members);
  }

  private Served served(CanonicalPath path) {
    return desk.served(path.segments().get(2));
  }

  private OperatorTerms read(Served served) {
    return switch (book.read(served.line())) {
      case Answered<OperatorTerms>(OperatorTerms found) -> found;
      case Unavailable<OperatorTerms> _ -> throw unavailable();
    };
  }

  /** First where it lasts, then in the line itself, where it is in force at once. */
  private void write(Served served, OperatorTerms after) {
    boolean written =
        switch (book.write(served.line(), after)) {
          case Answered<Boolean>(Boolean done) -> done;
          case Unavailable<Boolean> _ -> throw unavailable();
        };
    if (!written) {
      throw new GatewayException(
          ErrorCode.VALIDATION_FAILED, "Somebody else has changed the queue just now; look again.");
    }
    Current current = terms.written(served.queue(), served.line(), after);
    standing(lines.board(served.line(), current.terms()));
  }

  private static LineState state(String word, JsonBody body) {
    Optional<LineState> state = LineState.of(word);
    if (state.isEmpty()) {
      body.violate("/state", "unknown (expected: open, paused, closed or drain)");
    }
    return state.orElse(LineState.PAUSED);
  }

  private static String rate(String text, JsonBody body) {
    if (Queue.Rate.parse(text).isEmpty()) {
      body.violate(
          "/admit",
          "another form (expected: a number per unit, per day at the slowest, such as 50/s)");
    }
    return text;
  }

  private static Standing standing(Told told) {
    return switch (told) {
      case Told.Known(Standing standing) -> standing;
      case Told.Unavailable _ -> throw unavailable();
    };
  }

  private static GatewayException unavailable() {
    return new GatewayException(
        ErrorCode.SERVICE_UNAVAILABLE, "A store of the queue does not answer; try again.");
  }

  private static GatewayResponse json(Map<String, Object> members) {
    return GatewayResponse.json(200, Json.text(json -> Json.value(json, members)));
  }
}

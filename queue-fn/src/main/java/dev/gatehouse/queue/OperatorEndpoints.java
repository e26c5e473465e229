package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Json;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.queue.Desk.Served;
import dev.gatehouse.queue.Lines.Told;
import dev.gatehouse.queue.Standing.Level;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import dev.gatehouse.queue.TermsInForce.Current;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /admin/queues/**}: how operators see a line and change its terms. */
final class OperatorEndpoints {
  private static final String QUEUES = "/admin/queues/*";
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
    Optional<LineState> state = body.text("state").map(word -> state(word, body));
    Optional<String> admit = body.text("admit").map(rate -> rate(rate, body));
    Optional<Long> capacity =
        body.has("capacity")
            ? Optional.of(body.whole("capacity", Integer.MAX_VALUE, 0))
            : Optional.empty();
    Optional<String> message = body.text("message");
    body.check();
    OperatorTerms after =
        new OperatorTerms(
            before.version() + 1,
            state.orElse(before.state()),
            admit.or(before::admit),
            capacity.or(before::capacity),
            message.orElse(state.isPresent() ? "" : before.message()),
            before.resetAt());
    write(served, after);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("event", served.line().event());
    facts.put("queue_state", after.state().word());
    after.admit().ifPresent(rate -> facts.put("queue_admit", rate));
    after.capacity().ifPresent(number -> facts.put("queue_capacity", number));
    Change.note(exchange, "queue.change", facts);
    return shown(served);
  }

  private GatewayResponse admit(Exchange exchange, CanonicalPath path) {
    Served served = served(path);
    JsonBody body = JsonBody.of(exchange.request());
    long number = body.whole("n", MOST_CALLS, 0);
    body.check();
    Current current = terms.of(served.queue(), served.line());
    long called = 0;
    for (long left = number; left > 0; left -= ROUND) {
      Level before = level(lines.board(served.line(), current.terms()));
      int round = Math.toIntExact(Math.min(ROUND, left));
      Level after = level(lines.admit(served.line(), current.terms(), round));
      called += after.total() - before.total();
      if (after.total() == before.total()) {
        break;
      }
    }
    Change.note(exchange, "queue.admit", Map.of("event", served.line().event(), "called", called));
    return json(Map.of("called", called));
  }

  /** Voids every ticket so far and forgets the line. */
  private GatewayResponse reset(Exchange exchange, CanonicalPath path) {
    Served served = served(path);
    JsonBody body = JsonBody.of(exchange.request());
    if (!body.required("queue").equals(served.queue().name())) {
      body.violate("/queue", "another name (expected: the queue's own, as a safeguard)");
    }
    body.check();
    OperatorTerms before = read(served);
    Instant now = now(lines.board(served.line(), terms.of(served.queue(), served.line()).terms()));
    write(
        served,
        new OperatorTerms(
            before.version() + 1,
            before.state(),
            before.admit(),
            before.capacity(),
            before.message(),
            now));
    if (!lines.forget(served.line())) {
      throw unavailable();
    }
    Change.note(exchange, "queue.reset", Map.of("event", served.line().event()));
    return shown(served);
  }

  private GatewayResponse shown(Served served) {
    Current current = terms.of(served.queue(), served.line());
    Level line = level(lines.board(served.line(), current.terms()));
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
    level(lines.board(served.line(), current.terms()));
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
      body.violate("/admit", "another form (expected: a number per unit, such as 50/s)");
    }
    return text;
  }

  private static Level level(Told told) {
    return switch (told) {
      case Told.Known(Standing standing) -> standing.line();
      case Told.Unavailable _ -> throw unavailable();
    };
  }

  private static Instant now(Told told) {
    return switch (told) {
      case Told.Known(Standing standing) -> standing.now();
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

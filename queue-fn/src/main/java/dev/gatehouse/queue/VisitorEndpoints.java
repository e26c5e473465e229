package dev.gatehouse.queue;

import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.json.Json;
import dev.gatehouse.json.StrictJson;
import dev.gatehouse.queue.Admissions.Session;
import dev.gatehouse.queue.Desk.Entry;
import dev.gatehouse.queue.Desk.Found;
import dev.gatehouse.queue.Desk.Served;
import dev.gatehouse.queue.Standing.Level;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/queue/**}: what visitors and their clients call. */
final class VisitorEndpoints {
  private static final String QUEUE = "/api/v1/queue";
  private static final int LONGEST_BODY = 8 * 1024;
  private static final String WAITING_TOKEN = "waiting_token";

  private final Desk desk;
  private final Keyring keys;
  private final Arrivals arrivals;
  private final Passes passes;
  private final Words words;
  private final GatewayMetrics metrics;

  VisitorEndpoints(
      Desk desk,
      Keyring keys,
      Arrivals arrivals,
      Passes passes,
      Words words,
      GatewayMetrics metrics) {
    this.desk = desk;
    this.keys = keys;
    this.arrivals = arrivals;
    this.passes = passes;
    this.words = words;
    this.metrics = metrics;
  }

  /** By match. */
  Map<String, Content> contents() {
    Map<String, Content> contents = new LinkedHashMap<>();
    contents.put("POST " + QUEUE + "/join", this::join);
    contents.put("GET " + QUEUE + "/status", this::status);
    contents.put("POST " + QUEUE + "/enter", this::enter);
    contents.put("DELETE " + QUEUE + "/leave", this::leave);
    contents.put("POST " + QUEUE + "/leave", this::leave);
    contents.put("GET " + QUEUE + "/board", this::board);
    return contents;
  }

  private GatewayResponse join(Exchange exchange, CanonicalPath path) {
    JsonBody.requireJson(exchange.request());
    String event =
        member(exchange.request(), "event_id")
            .orElseThrow(
                () ->
                    new GatewayException(
                        ErrorCode.INVALID_REQUEST, "The body has no event_id (expected: a text)."));
    Served served = desk.served(event);
    Arrivals.Arrival arrival = arrivals.of(exchange, event);
    SigningKey key = keys.signing().orElseThrow(VisitorEndpoints::keyless);
    Found found = desk.join(served, arrival.holder());
    note(exchange, served, "join", Words.word(found));
    Ticket ticket = new Ticket(served.line(), arrival.holder(), found.standing().sequence());
    return answer(202, joined(found, ticket.write(key)), arrival.cookie());
  }

  private Map<String, Object> joined(Found found, String ticket) {
    Standing standing = found.standing();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(WAITING_TOKEN, ticket);
    members.put("position_hint", standing.position().orElse(standing.line().waiting()));
    members.putAll(words.place(found));
    members.put("status", Words.word(found));
    members.put("poll_after_ms", words.pause(standing));
    return members;
  }

  private GatewayResponse status(Exchange exchange, CanonicalPath path) {
    Ticket ticket = ticket(exchange.request());
    Served served = desk.served(ticket);
    Found found = desk.look(served, ticket);
    note(exchange, served, "status", Words.word(found));
    return answer(200, words.status(found, ticket.joined()), Optional.empty());
  }

  private GatewayResponse enter(Exchange exchange, CanonicalPath path) {
    Ticket ticket = ticket(exchange.request());
    Served served = desk.served(ticket);
    return switch (desk.enter(served, ticket)) {
      case Entry.Granted(Found found, Session session) -> {
        note(exchange, served, "enter", "granted");
        metrics.queueWaited(
            served.queue().name(), Duration.between(ticket.joined(), session.from()));
        yield granted(ticket, found.standing().now(), session);
      }
      case Entry.NotYet(Found found) -> {
        note(exchange, served, "enter", "not-ready");
        throw new GatewayException(
            ErrorCode.NOT_READY,
            "It is not this ticket's turn yet.",
            words.notReady(found, ticket.joined()));
      }
      case Entry.Expired() -> {
        note(exchange, served, "enter", "expired");
        throw new GatewayException(
            ErrorCode.TICKET_EXPIRED, "The ticket cannot be used any more; join again.");
      }
    };
  }

  private GatewayResponse granted(Ticket ticket, Instant now, Session session) {
    String text = passes.write(Pass.of(ticket, session)).orElseThrow(VisitorEndpoints::keyless);
    Duration left = Duration.between(now, session.until());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("admission", "granted");
    members.put("reservation_token", text);
    members.put("ttl_sec", left.toSeconds());
    return answer(200, members, Optional.of(Cookies.set(Cookies.PASS, text, left)));
  }

  private GatewayResponse leave(Exchange exchange, CanonicalPath path) {
    Ticket ticket = ticket(exchange.request());
    Served served = desk.served(ticket);
    Found found = desk.leave(served, ticket);
    note(exchange, served, "leave", found.standing().moves().freed() ? "left" : "was-out");
    return answer(200, Map.of("status", "left"), Optional.empty());
  }

  private GatewayResponse board(Exchange exchange, CanonicalPath path) {
    Served served = desk.served(exchange.request().query().first("event_id").orElse(""));
    Found found = desk.board(served);
    Level line = found.standing().line();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("serving", line.inside());
    members.put("waiting", line.waiting());
    members.put("rate_per_sec", line.rate());
    members.put("state", line.state().word());
    shuffle(found, members);
    GatewayResponse response = answer(200, members, Optional.empty());
    return response.withHeaders(
        response.headers().toBuilder().set("Cache-Control", "public, max-age=2").build());
  }

  /** Told before the opening: the seed's digest; after it: the seed, so that anyone can check. */
  private static void shuffle(Found found, Map<String, Object> members) {
    String seed = found.current().terms().seed();
    if (!seed.isEmpty()) {
      members.put("shuffle_seed_sha256", Digest.sha256(seed));
      if (found.current().terms().opening().filter(found.standing().now()::isBefore).isEmpty()) {
        members.put("shuffle_seed", seed);
      }
    }
  }

  private void note(Exchange exchange, Served served, String operation, String outcome) {
    exchange.log().put("queue", served.queue().name());
    exchange.log().put("event", served.line().event());
    exchange.log().put("queue_outcome", outcome);
    metrics.queueOperated(served.queue().name(), operation, outcome);
  }

  /** The ticket of a request: in the query, a field, or the body. */
  private Ticket ticket(GatewayRequest request) {
    if (keys.unavailable()) {
      throw keyless();
    }
    return request
        .query()
        .first("token")
        .or(() -> request.headers().first("X-Waiting-Token"))
        .or(() -> member(request, WAITING_TOKEN))
        .flatMap(text -> Ticket.read(text, keys))
        .orElseThrow(
            () -> new GatewayException(ErrorCode.TOKEN_NOT_FOUND, "This is no ticket of ours."));
  }

  /**
   * A text member of the body; beacons send JSON as text/plain, so the type is not looked at.
   *
   * @throws GatewayException PAYLOAD_TOO_LARGE or INVALID_REQUEST
   */
  private static Optional<String> member(GatewayRequest request, String name) {
    if (request.body().length == 0) {
      return Optional.empty();
    }
    if (request.body().length > LONGEST_BODY) {
      throw new GatewayException(
          ErrorCode.PAYLOAD_TOO_LARGE, "The body is longer than " + LONGEST_BODY + " octets.");
    }
    return switch (StrictJson.read(request.body())) {
      case StrictJson.Document(Map<String, Object> members) ->
          Optional.ofNullable(members.get(name))
              .filter(String.class::isInstance)
              .map(String.class::cast);
      case StrictJson.Malformed(String reason) ->
          throw new GatewayException(ErrorCode.INVALID_REQUEST, "The body is " + reason + ".");
    };
  }

  static GatewayException keyless() {
    return new GatewayException(
        ErrorCode.SERVICE_UNAVAILABLE, "The queue's key cannot be read at present.");
  }

  private static GatewayResponse answer(
      int status, Map<String, Object> members, Optional<String> cookie) {
    GatewayResponse response =
        GatewayResponse.json(status, Json.text(json -> Json.value(json, members)));
    Headers.Builder headers = response.headers().toBuilder();
    cookie.ifPresent(value -> headers.add("Set-Cookie", value));
    return response.withHeaders(headers.build());
  }
}

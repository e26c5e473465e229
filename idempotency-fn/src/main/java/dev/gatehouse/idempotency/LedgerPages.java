package dev.gatehouse.idempotency;

import static dev.gatehouse.idempotency.FlatJson.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.idempotency.Claimant.Kind;
import dev.gatehouse.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What callers and operators are told about records (docs/idempotency.md). */
final class LedgerPages {
  private static final int LONGEST_NOTE = 500;
  private static final Set<String> RESOLUTION =
      Set.of(
          "kind",
          "issuer",
          "subject",
          "method",
          "path",
          "key",
          "resolution",
          "note",
          "status",
          "body");

  private final Ledger ledger;
  private final Records records;
  private final InstantSource clock;

  LedgerPages(Ledger ledger, Records records, InstantSource clock) {
    this.ledger = ledger;
    this.records = records;
    this.clock = clock;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "GET /api/v1/idempotency/*", this::own,
        "GET /admin/idempotency", this::found,
        "POST /admin/idempotency", this::resolved);
  }

  /** The caller's own record. */
  private GatewayResponse own(Exchange exchange, CanonicalPath path) {
    Claimant caller = exchange.caller().map(Claimant::of).orElseThrow(LedgerPages::nothing);
    return standing(
        records.of(
            caller, query(exchange, "method"), query(exchange, "path"), path.segments().getLast()));
  }

  /** Anybody's record, for operators. */
  private GatewayResponse found(Exchange exchange, CanonicalPath path) {
    Claimant claimant =
        claimant(
            exchange.request().query().first("kind").orElse("jwt"),
            exchange.request().query().first("issuer").orElse(""),
            exchange.request().query().first("subject").orElse(""));
    RecordId id =
        records.of(
            claimant, query(exchange, "method"), query(exchange, "path"), query(exchange, "key"));
    exchange.log().put("record", id.text());
    return standing(id);
  }

  private GatewayResponse resolved(Exchange exchange, CanonicalPath path) {
    FlatJson body = FlatJson.read(exchange.request().body(), RESOLUTION);
    Claimant claimant =
        claimant(
            body.optionalText("kind").orElse("jwt"),
            body.optionalText("issuer").orElse(""),
            body.optionalText("subject").orElse(""));
    RecordId id = records.of(claimant, body.text("method"), body.text("path"), body.text("key"));
    Verdict verdict = verdict(body);
    String note = note(body);
    Change.note(
        exchange,
        "idempotency.resolve",
        Map.of("record", id.text(), "resolution", body.text("resolution"), "note", note));
    return switch (asked(() -> ledger.resolve(id, verdict, note))) {
      case Resolution.Resolved() -> {
        exchange.log().put("resolved", true);
        yield GatewayResponse.json(
            200, Json.text(json -> Json.value(json, Map.of("resolved", body.text("resolution")))));
      }
      case Resolution.NotFound() -> throw nothing();
      case Resolution.NotUnknown(Standing standing) ->
          throw new GatewayException(
              ErrorCode.IDEMPOTENCY_CONFLICT,
              "The record cannot be resolved: it is " + standing.state() + " (expected: UNKNOWN).",
              members(standing));
    };
  }

  private static Verdict verdict(FlatJson body) {
    return switch (body.text("resolution")) {
      case "not-executed" -> new Verdict.NotExecuted();
      case "done" ->
          new Verdict.Done(
              new GatewayResponse(
                  body.number("status", 200, 299, 200),
                  Headers.of("Content-Type", "application/json"),
                  body.optionalText("body").orElse("{\"resolved\":\"done\"}").getBytes(UTF_8)));
      default -> throw invalid("resolution: another word (expected: done or not-executed)");
    };
  }

  private static String note(FlatJson body) {
    String note = body.text("note").strip();
    if (note.isEmpty() || note.length() > LONGEST_NOTE) {
      throw invalid("note: " + note.length() + " characters (expected: 1 to " + LONGEST_NOTE + ")");
    }
    return note;
  }

  private static Claimant claimant(String kind, String issuer, String subject) {
    return switch (kind) {
      case "jwt" -> new Claimant(Kind.JWT, known("issuer", issuer), known("subject", subject));
      case "api-key" -> new Claimant(Kind.API_KEY, "", known("subject", subject));
      case "none" -> Claimant.ANONYMOUS;
      default -> throw invalid("kind: another word (expected: jwt, api-key or none)");
    };
  }

  private static String known(String name, String value) {
    if (value.isEmpty()) {
      throw invalid(name + ": nothing (expected: the caller's)");
    }
    return value;
  }

  private static String query(Exchange exchange, String name) {
    return exchange
        .request()
        .query()
        .first(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> invalid("query " + name + ": nothing (expected: the request's)"));
  }

  private GatewayResponse standing(RecordId id) {
    Standing standing = asked(() -> ledger.find(id)).orElseThrow(LedgerPages::nothing);
    Map<String, Object> members = members(standing);
    GatewayResponse answer =
        GatewayResponse.json(200, Json.text(json -> Json.value(json, members)));
    return standing.state() == Standing.State.IN_FLIGHT
        ? answer.withHeaders(
            answer.headers().toBuilder().set("Retry-After", seconds(standing)).build())
        : answer;
  }

  private String seconds(Standing inFlight) {
    Instant now = clock.instant();
    Duration left = Duration.between(now, inFlight.leaseUntil()).plusNanos(999_999_999);
    return Long.toString(Math.max(1, left.toSeconds()));
  }

  private static Map<String, Object> members(Standing standing) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("state", standing.state().name());
    if (standing.state() == Standing.State.DONE) {
      members.put("status", standing.status());
    }
    members.put("created_at", standing.createdAt().toString());
    members.put("lease_until", standing.leaseUntil().toString());
    members.put("expires_at", standing.expiresAt().toString());
    members.put("resolvable", standing.resolvable());
    return members;
  }

  @FunctionalInterface
  private interface Question<T> {
    T ask();
  }

  private static <T> T asked(Question<T> question) {
    try {
      return question.ask();
    } catch (LedgerUnavailable e) {
      throw new GatewayException(
          ErrorCode.SERVICE_UNAVAILABLE,
          "The idempotency ledger cannot be reached.",
          Map.of("reason", e.reason().toLowerCase(Locale.ROOT)));
    }
  }

  private static GatewayException nothing() {
    return new GatewayException(ErrorCode.NOT_FOUND, "There is no record of this key.");
  }
}

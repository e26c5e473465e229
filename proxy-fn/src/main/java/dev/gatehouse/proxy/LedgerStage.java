package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.idempotency.Claim;
import dev.gatehouse.idempotency.Claimant;
import dev.gatehouse.idempotency.Completion;
import dev.gatehouse.idempotency.Fence;
import dev.gatehouse.idempotency.Fingerprint;
import dev.gatehouse.idempotency.IdempotencyKey;
import dev.gatehouse.idempotency.Ledger;
import dev.gatehouse.idempotency.Outcome;
import dev.gatehouse.idempotency.RecordId;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.Duration;
import java.util.Map;

/**
 * Calls the back end once per idempotency key and gives every repeat the recorded answer. A request
 * without a key touches no store; a success reaches the client only once it is durable.
 */
final class LedgerStage {
  private final Ledger ledger;
  private final Backends backends;
  private final GatewayMetrics metrics;

  LedgerStage(Ledger ledger, Backends backends, GatewayMetrics metrics) {
    this.ledger = ledger;
    this.backends = backends;
    this.metrics = metrics;
  }

  /**
   * The back end's answer, or the recorded one.
   *
   * @throws GatewayException what {@link Backends#answer} throws, and every refusal of the ledger
   */
  GatewayResponse serve(Errand errand) {
    Route.Idempotency setting = errand.route().idempotency();
    return switch (setting.mode()) {
      case OFF -> direct(errand);
      case OPTIONAL, REQUIRED ->
          switch (IdempotencyKey.parse(
              errand.exchange().request().headers().all("Idempotency-Key"), setting.keyFormat())) {
            case IdempotencyKey.Parsed.Absent() -> keyless(errand);
            case IdempotencyKey.Parsed.Invalid(String reason) ->
                throw invalid(errand.exchange(), reason);
            case IdempotencyKey.Parsed.Valid(IdempotencyKey key) -> keyed(errand, key);
          };
    };
  }

  private GatewayResponse direct(Errand errand) {
    return backends.answer(errand, backends.call(errand).outcome());
  }

  private GatewayResponse keyless(Errand errand) {
    if (errand.route().idempotency().mode() == Route.Idempotency.Mode.REQUIRED) {
      throw refused(
          errand.exchange(),
          ErrorCode.IDEMPOTENCY_REQUIRED,
          "This route asks for the field Idempotency-Key.",
          Map.of());
    }
    return direct(errand);
  }

  private GatewayResponse keyed(Errand errand, IdempotencyKey key) {
    Exchange exchange = errand.exchange();
    Route route = errand.route();
    Outcome outcome = ledger.begin(claim(errand, key));
    note(exchange, outcome);
    return switch (outcome) {
      case Outcome.Proceed(Fence fence) -> owned(errand, fence);
      case Outcome.Replay replay -> told(exchange, route, replay);
      case Outcome.InFlight inFlight -> told(exchange, route, inFlight);
      case Outcome.Mismatch mismatch -> told(exchange, route, mismatch);
      case Outcome.Unknown unknown -> told(exchange, route, unknown);
      case Outcome.Unavailable unavailable -> told(exchange, route, unavailable);
    };
  }

  private Claim claim(Errand errand, IdempotencyKey key) {
    Exchange exchange = errand.exchange();
    Claimant claimant = exchange.caller().map(Claimant::of).orElse(Claimant.ANONYMOUS);
    if (claimant.equals(Claimant.ANONYMOUS) && !key.isUuid4()) {
      throw invalid(
          exchange, "no UUID of version 4 (expected: one, from callers without a credential)");
    }
    Route route = errand.route();
    Route.Idempotency setting = route.idempotency();
    return new Claim(
        RecordId.of(claimant, exchange.request().method(), route.match().toString(), key),
        Fingerprint.of(exchange.request(), errand.path(), route.when().toString()),
        backends.lease(exchange, route),
        setting.ttl(),
        setting.upstreamDeduplicates());
  }

  private GatewayResponse owned(Errand errand, Fence fence) {
    Backends.Ending ending;
    try {
      ending = backends.call(errand.recorded());
    } catch (RuntimeException e) {
      ledger.markUnknown(fence);
      throw e;
    }
    Exchange exchange = errand.exchange();
    return switch (Effect.of(ending, errand.route().idempotency().store())) {
      case NONE -> {
        settled(exchange, ledger.release(fence) ? "released" : "not-released");
        yield backends.answer(errand, ending.outcome());
      }
      case UNKNOWN -> {
        settled(exchange, ledger.markUnknown(fence) ? "unknown" : "not-marked");
        yield backends.answer(errand, ending.outcome());
      }
      case ANSWERED ->
          recorded(exchange, errand.route(), fence, backends.answer(errand, ending.outcome()));
    };
  }

  private GatewayResponse recorded(
      Exchange exchange, Route route, Fence fence, GatewayResponse answer) {
    return switch (ledger.complete(fence, answer)) {
      case Completion.Recorded() -> {
        settled(exchange, "done");
        yield answer;
      }
      case Completion.Superseded(Outcome standing) -> {
        settled(exchange, "superseded");
        yield told(exchange, route, standing);
      }
      case Completion.Late() -> throw unrecorded(exchange, "lease over");
      case Completion.Unrecorded(String reason) -> throw unrecorded(exchange, reason);
    };
  }

  /** What somebody is told who does not hold the record. */
  private GatewayResponse told(Exchange exchange, Route route, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Replay(GatewayResponse response) ->
          response.withHeaders(
              response.headers().toBuilder().set("Idempotent-Replayed", "true").build());
      case Outcome.InFlight(Duration wait) -> throw inFlight(exchange, wait);
      case Outcome.Mismatch() -> throw mismatch(exchange, route);
      case Outcome.Unknown() ->
          throw refused(
              exchange,
              ErrorCode.IDEMPOTENCY_UNKNOWN,
              "The request of this key was begun and its end is not known.",
              Map.of());
      case Outcome.Unavailable(String reason) -> throw unavailable(exchange, reason);
      case Outcome.Proceed proceed -> throw new IllegalStateException("a second fence");
    };
  }

  private static GatewayException inFlight(Exchange exchange, Duration wait) {
    long seconds = retryAfter(exchange, wait);
    return refused(
        exchange,
        ErrorCode.IDEMPOTENCY_IN_FLIGHT,
        "The request of this key is in progress.",
        Map.of("retry_after_sec", seconds));
  }

  private static GatewayException mismatch(Exchange exchange, Route route) {
    ErrorCode code =
        route.idempotency().conflictStatus() == ErrorCode.IDEMPOTENCY_CONFLICT.status()
            ? ErrorCode.IDEMPOTENCY_CONFLICT
            : ErrorCode.IDEMPOTENCY_MISMATCH;
    return refused(exchange, code, "This key was used for another request.", Map.of());
  }

  private static GatewayException unavailable(Exchange exchange, String reason) {
    exchange.log().put("ledger_fault", reason);
    retryAfter(exchange, Duration.ofSeconds(1));
    return refused(
        exchange,
        ErrorCode.SERVICE_UNAVAILABLE,
        "The idempotency ledger cannot be reached; the request was not carried out.",
        Map.of());
  }

  /** The effect is there, its answer is not durable: success must not be told. */
  private GatewayException unrecorded(Exchange exchange, String reason) {
    settled(exchange, "unrecorded");
    exchange.log().put("ledger_fault", reason);
    retryAfter(exchange, Duration.ofSeconds(1));
    return refused(
        exchange,
        ErrorCode.SERVICE_UNAVAILABLE,
        "The answer could not be recorded; ask again with the same Idempotency-Key.",
        Map.of());
  }

  private static GatewayException invalid(Exchange exchange, String reason) {
    return refused(
        exchange,
        ErrorCode.INVALID_IDEMPOTENCY_KEY,
        "Idempotency-Key: " + reason + ".",
        Map.of("reason", reason));
  }

  private static GatewayException refused(
      Exchange exchange, ErrorCode code, String detail, Map<String, Object> members) {
    exchange.log().put("stage", "idempotency");
    return new GatewayException(code, detail, members);
  }

  private static long retryAfter(Exchange exchange, Duration wait) {
    long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    exchange.answerWith(Headers.of("Retry-After", Long.toString(seconds)).fields());
    return seconds;
  }

  private void note(Exchange exchange, Outcome outcome) {
    String word =
        switch (outcome) {
          case Outcome.Proceed proceed -> "new";
          case Outcome.Replay replay -> "replay";
          case Outcome.InFlight inFlight -> "in-flight";
          case Outcome.Mismatch mismatch -> "mismatch";
          case Outcome.Unknown unknown -> "unknown";
          case Outcome.Unavailable unavailable -> "unavailable";
        };
    exchange.log().put("idempotency", word);
    metrics.idempotencyHit(word);
  }

  private static void settled(Exchange exchange, String how) {
    exchange.log().put("idempotency_record", how);
  }
}

package dev.gatehouse.idempotency;

import static dev.gatehouse.idempotency.FlatJson.invalid;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.config.Route.Idempotency.KeyFormat;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ledger for other workloads of the account, which invoke the function themselves (IAM is the
 * guard): {@code begin}, {@code complete} and {@code release} as docs/idempotency.md has them.
 *
 * <p>A workload's records are named by its scope and key; no HTTP request can name one.
 */
final class DirectInvocation {
  private static final Set<String> BEGIN =
      Set.of("operation", "scope", "key", "payload", "lease_sec", "ttl_sec", "takeover");
  private static final Set<String> COMPLETE =
      Set.of("operation", "scope", "key", "fence", "status", "body");
  private static final Set<String> RELEASE = Set.of("operation", "scope", "key", "fence");

  private static final Pattern SCOPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Pattern FENCE =
      Pattern.compile("([A-Za-z0-9_-]{22})\\.(\\d{13})\\.(\\d{10})");

  private static final int QUARTER_OF_AN_HOUR = 900;
  private static final int DAY = 86_400;

  private final Ledger ledger;

  DirectInvocation(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Whether an event is one: it has an {@code operation}, and no event of API Gateway has. */
  static boolean is(byte[] event) {
    return operation(event).length() > 0;
  }

  /** The answer's JSON; a fault of the event is an answer too. */
  String answer(byte[] event) {
    Map<String, Object> members = new LinkedHashMap<>();
    try {
      switch (operation(event)) {
        case "begin" -> begin(FlatJson.read(event, BEGIN), members);
        case "complete" -> complete(FlatJson.read(event, COMPLETE), members);
        case "release" -> release(FlatJson.read(event, RELEASE), members);
        default -> throw invalid("operation (expected: begin, complete or release)");
      }
    } catch (GatewayException e) {
      members.clear();
      members.put("error", Map.of("code", e.code().code(), "detail", e.detail()));
    }
    return Json.text(json -> Json.value(json, members));
  }

  private void begin(FlatJson event, Map<String, Object> answer) {
    int ttl = event.number("ttl_sec", 60, 30 * DAY, DAY);
    int lease = event.number("lease_sec", 1, Math.min(ttl, QUARTER_OF_AN_HOUR), 30);
    Claim claim =
        new Claim(
            id(event),
            Fingerprint.ofPayload(event.text("payload").getBytes(UTF_8)),
            Duration.ofSeconds(lease),
            Duration.ofSeconds(ttl),
            event.flag("takeover"));
    describe(ledger.begin(claim), answer);
  }

  private void complete(FlatJson event, Map<String, Object> answer) {
    GatewayResponse result =
        new GatewayResponse(
            event.number("status", 200, 499, 200),
            Headers.EMPTY,
            event.optionalText("body").orElse("").getBytes(UTF_8));
    switch (ledger.complete(fence(event), result)) {
      case Completion.Recorded() -> answer.put("outcome", "recorded");
      case Completion.Superseded(Outcome standing) -> {
        answer.put("outcome", "superseded");
        Map<String, Object> now = new LinkedHashMap<>();
        describe(standing, now);
        answer.put("standing", now);
      }
      case Completion.Late() -> answer.put("outcome", "late");
      case Completion.Unrecorded unrecorded -> answer.put("outcome", "unrecorded");
    }
  }

  private void release(FlatJson event, Map<String, Object> answer) {
    answer.put("outcome", ledger.release(fence(event)) ? "released" : "not-released");
  }

  private static void describe(Outcome outcome, Map<String, Object> answer) {
    switch (outcome) {
      case Outcome.Proceed(Fence fence) -> {
        answer.put("outcome", "proceed");
        answer.put("fence", text(fence));
        answer.put("lease_until", fence.leaseUntil().toString());
      }
      case Outcome.Replay(GatewayResponse result) -> {
        answer.put("outcome", "replay");
        answer.put("status", result.status());
        answer.put("body", new String(result.body(), UTF_8));
      }
      case Outcome.InFlight(Duration wait) -> {
        answer.put("outcome", "in-flight");
        answer.put("retry_after_sec", wait.plusNanos(999_999_999).toSeconds());
      }
      case Outcome.Mismatch() -> answer.put("outcome", "mismatch");
      case Outcome.Unknown() -> answer.put("outcome", "unknown");
      case Outcome.Unavailable unavailable -> answer.put("outcome", "unavailable");
    }
  }

  private static RecordId id(FlatJson event) {
    String scope = event.text("scope");
    if (!SCOPE.matcher(scope).matches()) {
      throw invalid("scope (expected: 1 to 64 of letters, digits, dot, underscore, hyphen)");
    }
    return switch (IdempotencyKey.parse(List.of(event.text("key")), KeyFormat.ANY)) {
      case IdempotencyKey.Parsed.Valid(IdempotencyKey key) -> RecordId.of(scope, key);
      case IdempotencyKey.Parsed.Invalid(String reason) -> throw invalid("key: " + reason);
      case IdempotencyKey.Parsed.Absent() -> throw invalid("key: nothing (expected: one)");
    };
  }

  /** A fence crosses as {@code owner.leaseUntil.expiresAt}, milliseconds and seconds since 1970. */
  private static String text(Fence fence) {
    return fence.owner()
        + "."
        + fence.leaseUntil().toEpochMilli()
        + "."
        + fence.expiresAt().getEpochSecond();
  }

  private static Fence fence(FlatJson event) {
    Matcher fence = FENCE.matcher(event.text("fence"));
    if (!fence.matches()) {
      throw invalid("fence (expected: the one that begin answered)");
    }
    return new Fence(
        id(event),
        fence.group(1),
        Instant.ofEpochMilli(Long.parseLong(fence.group(2))),
        Instant.ofEpochSecond(Long.parseLong(fence.group(3))));
  }

  /** The event's operation; empty without one, or when the event is not JSON. */
  private static String operation(byte[] event) {
    try (JsonParser json = Json.FACTORY.createParser(event)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return "";
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = json.currentName().equals("operation");
        JsonToken value = json.nextToken();
        if (found) {
          return value == JsonToken.VALUE_STRING ? json.getText() : "?";
        }
        json.skipChildren();
      }
      return "";
    } catch (IOException e) {
      return "";
    }
  }
}

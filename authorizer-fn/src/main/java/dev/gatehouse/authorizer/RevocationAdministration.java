package dev.gatehouse.authorizer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gatehouse.authorizer.Revocation.Target;
import dev.gatehouse.config.Identity;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code /admin/revocations}: ends tokens by their {@code jti}, a subject's tokens by when they
 * were issued, and API keys until that is lifted. Shapes: docs/security.md.
 *
 * <p>A revocation of tokens stands until none that is accepted now can be accepted any more: the
 * longest lifetime, and the skew of both ends. A token without {@code iat} may live longer than
 * that; {@code expires_at} makes its revocation stand as long.
 */
final class RevocationAdministration {
  private static final String REVOCATIONS = "/admin/revocations";
  private static final Pattern ID = Pattern.compile("(jti|sub|key)-[A-Za-z0-9_-]{1,64}");
  private static final List<String> TARGETS = List.of("jti", "subject", "api_key");

  private final RevocationList revocations;
  private final ApiKeys keys;
  private final List<String> issuers;
  private final Duration longest;
  private final InstantSource clock;

  RevocationAdministration(
      RevocationList revocations, ApiKeys keys, Identity identity, InstantSource clock) {
    this.revocations = revocations;
    this.keys = keys;
    this.issuers = identity.issuers().stream().map(Issuer::issuer).toList();
    this.longest = identity.maxLifetime().plus(identity.clockSkew().multipliedBy(2));
    this.clock = clock;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "POST " + REVOCATIONS, (exchange, _) -> create(exchange),
        "GET " + REVOCATIONS, (exchange, _) -> list(exchange),
        "DELETE " + REVOCATIONS + "/*", this::lift);
  }

  private GatewayResponse create(Exchange exchange) {
    JsonBody body = JsonBody.of(exchange.request());
    Instant now = JsonBody.wholeSeconds(clock.instant());
    Optional<Instant> issuedBefore =
        body.has("subject")
            ? body.time("issued_before").or(() -> Optional.of(now))
            : Optional.empty();
    Optional<Target> target = target(body);
    Revocation revocation =
        new Revocation(
            target.orElse(new Target.Key("")),
            issuedBefore,
            body.text("reason").orElse(""),
            Change.by(exchange),
            now,
            end(body, target, issuedBefore.orElse(now), now));
    body.check();
    revocations.put(revocation).orUnavailable();
    Change.note(exchange, "revocation.create", facts(revocation));
    return GatewayResponse.json(201, Json.text(json -> write(json, revocation)));
  }

  private Optional<Target> target(JsonBody body) {
    List<String> named = TARGETS.stream().filter(body::has).toList();
    if (named.size() != 1) {
      named.forEach(body::text);
      body.violate("", "other members (expected: exactly one of jti, subject, api_key)");
      return Optional.empty();
    }
    String value = body.required(named.getFirst());
    return switch (named.getFirst()) {
      case "jti" -> issuer(body).map(issuer -> new Target.Token(issuer, value));
      case "subject" -> issuer(body).map(issuer -> new Target.Subject(issuer, value));
      default -> Optional.of(new Target.Key(value));
    };
  }

  /** The one that there is, or one of several by its {@code iss}. */
  private Optional<String> issuer(JsonBody body) {
    Optional<String> named = body.text("issuer");
    if (named.isEmpty() && issuers.size() == 1) {
      return Optional.of(issuers.getFirst());
    }
    if (named.filter(issuers::contains).isEmpty()) {
      body.violate("/issuer", "none of ours (expected: one of " + issuers + ")");
    }
    return named;
  }

  private Optional<Instant> end(
      JsonBody body, Optional<Target> target, Instant issuedBefore, Instant now) {
    if (target.isPresent() && target.get() instanceof Target.Key(String id)) {
      return endOfKey(body, id);
    }
    Instant reference = issuedBefore.isAfter(now) ? issuedBefore : now;
    Instant end = reference.plus(longest);
    return body.time("expires_at").filter(end::isBefore).or(() -> Optional.of(end));
  }

  /** As long as the key could be used. */
  private Optional<Instant> endOfKey(JsonBody body, String id) {
    Optional<ApiKey> key = ApiKeyText.isId(id) ? keys.find(id).orUnavailable() : Optional.empty();
    if (key.isEmpty()) {
      body.violate("/api_key", "unknown (expected: the id of an API key)");
    }
    return key.flatMap(ApiKey::endsAt).map(end -> end.plus(longest));
  }

  private GatewayResponse list(Exchange exchange) {
    Listing asked = Listing.of(exchange.request().query());
    Page<Revocation> page = revocations.list(asked.most(), asked.after()).orUnavailable();
    return Listing.response("revocations", page, RevocationAdministration::write);
  }

  private GatewayResponse lift(Exchange exchange, CanonicalPath path) {
    String id = path.segments().get(2);
    Revocation lifted =
        (ID.matcher(id).matches()
                ? revocations.lift(id).orUnavailable()
                : Optional.<Revocation>empty())
            .orElseThrow(
                () ->
                    new GatewayException(
                        ErrorCode.NOT_FOUND, "There is no revocation with this id."));
    Change.note(exchange, "revocation.lift", facts(lifted));
    return GatewayResponse.empty(204, Headers.EMPTY);
  }

  private static Map<String, Object> facts(Revocation revocation) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("revocation", members(revocation));
    return facts;
  }

  private static void write(JsonGenerator json, Revocation revocation) throws IOException {
    Json.value(json, members(revocation));
  }

  private static Map<String, Object> members(Revocation revocation) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", revocation.id());
    switch (revocation.target()) {
      case Target.Token(String issuer, String jti) -> {
        members.put("jti", jti);
        members.put("issuer", issuer);
      }
      case Target.Subject(String issuer, String name) -> {
        members.put("subject", name);
        members.put("issuer", issuer);
      }
      case Target.Key(String id) -> members.put("api_key", id);
    }
    revocation.issuedBefore().ifPresent(time -> members.put("issued_before", time.toString()));
    members.put("reason", revocation.reason());
    members.put("by", revocation.by());
    members.put("created_at", revocation.createdAt().toString());
    revocation.expiresAt().ifPresent(time -> members.put("expires_at", time.toString()));
    return members;
  }
}

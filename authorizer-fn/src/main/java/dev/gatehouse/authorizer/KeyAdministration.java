package dev.gatehouse.authorizer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code /admin/keys}: makes API keys, shows what is known of them, rotates and revokes them. A key
 * itself is in one answer only, the one that made it. Shapes: docs/security.md.
 */
final class KeyAdministration {
  private static final String KEYS = "/admin/keys";
  private static final long MAX_OVERLAP_SECONDS = Duration.ofDays(30).toSeconds();
  private static final long OVERLAP_SECONDS = Duration.ofDays(1).toSeconds();

  private final ApiKeys keys;
  private final Supplier<Optional<Pepper>> pepper;
  private final SecureRandom random;
  private final InstantSource clock;

  KeyAdministration(
      ApiKeys keys, Supplier<Optional<Pepper>> pepper, SecureRandom random, InstantSource clock) {
    this.keys = keys;
    this.pepper = pepper;
    this.random = random;
    this.clock = clock;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "POST " + KEYS, (exchange, _) -> create(exchange),
        "GET " + KEYS, (exchange, _) -> list(exchange),
        "GET " + KEYS + "/*", (_, path) -> answer(200, find(path), Optional.empty()),
        "POST " + KEYS + "/*/rotate", this::rotate,
        "DELETE " + KEYS + "/*", this::revoke);
  }

  private GatewayResponse create(Exchange exchange) {
    JsonBody body = JsonBody.of(exchange.request());
    Instant now = now();
    ApiKeyText text = mint();
    ApiKey key =
        new ApiKey(
            text.id(),
            digest(text),
            body.required("owner"),
            body.text("name").orElse(""),
            body.names("scopes", " "),
            body.names("roles", ","),
            body.text("tier"),
            now,
            body.time("expires_at"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    if (!key.alive(now)) {
      body.violate("/expires_at", "over (expected: a time to come)");
    }
    body.check();
    if (!keys.add(key).orUnavailable()) {
      throw new GatewayException(ErrorCode.SERVICE_UNAVAILABLE, "The id is taken; try again.");
    }
    Change.note(exchange, "key.create", facts(key));
    return created(key, text);
  }

  private GatewayResponse list(Exchange exchange) {
    Listing asked = Listing.of(exchange.request().query());
    Page<ApiKey> page = keys.list(asked.most(), asked.after()).orUnavailable();
    Instant now = now();
    return Listing.response("keys", page, (json, key) -> write(json, key, Optional.empty(), now));
  }

  private GatewayResponse rotate(Exchange exchange, CanonicalPath path) {
    JsonBody body = JsonBody.of(exchange.request());
    long overlap = body.whole("overlap_sec", MAX_OVERLAP_SECONDS, OVERLAP_SECONDS);
    Optional<Instant> endsAt = body.time("expires_at");
    Instant now = now();
    if (endsAt.filter(end -> !end.isAfter(now)).isPresent()) {
      body.violate("/expires_at", "over (expected: a time to come)");
    }
    body.check();
    ApiKey old = find(path);
    Instant end = now.plusSeconds(overlap);
    Instant oldEnd = old.endsAt().filter(earlier -> earlier.isBefore(end)).orElse(end);
    ApiKeyText text = mint();
    ApiKey successor = old.successor(text.id(), digest(text), now, endsAt);
    if (!old.alive(now) || !keys.replace(old, oldEnd, successor, now).orUnavailable()) {
      throw new GatewayException(
          ErrorCode.VALIDATION_FAILED, "The key has ended; only a living one is rotated.");
    }
    Change.note(exchange, "key.rotate", facts(successor));
    return created(successor, text);
  }

  private GatewayResponse revoke(Exchange exchange, CanonicalPath path) {
    ApiKey key =
        keys.revoke(id(path), now()).orUnavailable().orElseThrow(KeyAdministration::absent);
    Change.note(exchange, "key.revoke", facts(key));
    return answer(200, key, Optional.empty());
  }

  private ApiKey find(CanonicalPath path) {
    return keys.find(id(path)).orUnavailable().orElseThrow(KeyAdministration::absent);
  }

  private static String id(CanonicalPath path) {
    String id = path.segments().get(2);
    if (!ApiKeyText.isId(id)) {
      throw absent();
    }
    return id;
  }

  private Instant now() {
    return Instant.ofEpochSecond(clock.instant().getEpochSecond());
  }

  private ApiKeyText mint() {
    return known().mint(random);
  }

  private String digest(ApiKeyText text) {
    return known().digest(text);
  }

  private Pepper known() {
    return pepper
        .get()
        .orElseThrow(
            () ->
                new GatewayException(
                    ErrorCode.SERVICE_UNAVAILABLE, "The secret of API keys cannot be read."));
  }

  private static Map<String, Object> facts(ApiKey key) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("key_id", key.id());
    facts.put("key_owner", key.owner());
    facts.put("key_scopes", key.scopes());
    facts.put("key_roles", key.roles());
    key.replaces().ifPresent(id -> facts.put("replaces", id));
    return facts;
  }

  private GatewayResponse created(ApiKey key, ApiKeyText text) {
    GatewayResponse response = answer(201, key, Optional.of(text.text()));
    return response.withHeaders(
        response.headers().toBuilder().add("Location", KEYS + "/" + key.id()).build());
  }

  private GatewayResponse answer(int status, ApiKey key, Optional<String> text) {
    Instant now = now();
    return GatewayResponse.json(status, Json.text(json -> write(json, key, text, now)));
  }

  private static void write(JsonGenerator json, ApiKey key, Optional<String> text, Instant now)
      throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("id", key.id());
    text.ifPresent(value -> members.put("key", value));
    members.put("status", status(key, now));
    members.put("owner", key.owner());
    members.put("name", key.name());
    members.put("scopes", key.scopes());
    members.put("roles", key.roles());
    key.tier().ifPresent(tier -> members.put("tier", tier));
    members.put("created_at", key.createdAt().toString());
    key.endsAt().ifPresent(time -> members.put("expires_at", time.toString()));
    key.replaces().ifPresent(id -> members.put("replaces", id));
    key.revokedAt().ifPresent(time -> members.put("revoked_at", time.toString()));
    key.lastUsed().ifPresent(day -> members.put("last_used", day.toString()));
    Json.value(json, members);
  }

  private static String status(ApiKey key, Instant now) {
    if (key.revokedAt().isPresent()) {
      return "revoked";
    }
    return key.alive(now) ? "active" : "expired";
  }

  private static GatewayException absent() {
    return new GatewayException(ErrorCode.NOT_FOUND, "There is no API key with this id.");
  }
}

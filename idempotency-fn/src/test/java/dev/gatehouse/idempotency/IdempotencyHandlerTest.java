package dev.gatehouse.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.redis.ManualClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The function as callers, operators and workloads see it. */
final class IdempotencyHandlerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ISSUER = "https://idp.example";
  private static final String KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
  private static final String OWN = "/api/v1/idempotency/" + KEY;
  private static final Map<String, String> ORDER = Map.of("method", "POST", "path", "/orders");

  private final ManualClock clock = new ManualClock();
  private final Ledger ledger = new Ledger(new InMemoryLedger(), clock);
  private final Revocations revocations =
      new Revocations(_ -> new AccessFacts.Reading.Known(Map.of()), clock);
  private final IdempotencyHandler handler =
      new IdempotencyHandler(gateway(), ledger, revocations, clock);
  private final Claim claim =
      new Claim(
          RecordId.of(
              new Claimant(Claimant.Kind.JWT, ISSUER, "alice"),
              "POST",
              "POST /orders",
              new IdempotencyKey(KEY)),
          Fingerprint.ofPayload(new byte[0]),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          false);

  @Test
  void aCallerIsToldItsOwnOutcome() throws IOException {
    assertThat(own("alice").path("statusCode").intValue()).isEqualTo(404);
    Fence fence = ((Outcome.Proceed) ledger.begin(claim)).fence();
    JsonNode running = own("alice");
    assertThat(body(running).path("state").textValue()).isEqualTo("IN_FLIGHT");
    assertThat(running.at("/multiValueHeaders/Retry-After/0").textValue()).isEqualTo("10");
    ledger.complete(fence, GatewayResponse.json(201, "{}"));
    assertThat(body(own("alice")).path("state").textValue()).isEqualTo("DONE");
    assertThat(body(own("alice")).path("status").intValue()).isEqualTo(201);
  }

  @Test
  void anotherCallerIsToldNothing() throws IOException {
    ledger.begin(claim);
    assertThat(own("bob").path("statusCode").intValue()).isEqualTo(404);
    assertThat(code(api("GET", OWN, ORDER, "", Optional.empty())))
        .isEqualTo("MISSING_AUTHORIZATION");
  }

  @Test
  void whatIsAskedHasToBeSaid() throws IOException {
    assertThat(code(api("GET", OWN, Map.of("method", "POST"), "", as("alice"))))
        .isEqualTo("INVALID_REQUEST");
    assertThat(code(api("GET", OWN, Map.of("method", "POST", "path", "/none"), "", as("alice"))))
        .isEqualTo("NOT_FOUND");
    assertThat(code(api("GET", "/api/v1/idempotency/short", ORDER, "", as("alice"))))
        .isEqualTo("INVALID_IDEMPOTENCY_KEY");
  }

  @Test
  void operatorsNeedTheirScope() throws IOException {
    assertThat(code(api("GET", "/admin/idempotency", ORDER, "", as("alice"))))
        .isEqualTo("ACCESS_DENIED");
    assertThat(code(api("POST", "/admin/idempotency", Map.of(), "{}", as("alice"))))
        .isEqualTo("ACCESS_DENIED");
  }

  @Test
  void anOperatorFindsAndResolvesAnUnknown() throws IOException {
    ledger.markUnknown(((Outcome.Proceed) ledger.begin(claim)).fence());
    JsonNode found =
        api(
            "GET",
            "/admin/idempotency",
            Map.of(
                "issuer", ISSUER, "subject", "alice", "method", "POST", "path", "/orders", "key",
                KEY),
            "",
            as("root", "gateway:admin"));
    assertThat(body(found).path("state").textValue()).isEqualTo("UNKNOWN");
    assertThat(body(found).path("resolvable").booleanValue()).isTrue();
    assertThat(resolve("done").path("statusCode").intValue()).isEqualTo(200);
    assertThat(ledger.begin(claim)).isInstanceOf(Outcome.Replay.class);
    assertThat(code(resolve("not-executed"))).isEqualTo("IDEMPOTENCY_CONFLICT");
  }

  @Test
  void anOperatorFreesAKey() throws IOException {
    assertThat(resolve("not-executed").path("statusCode").intValue()).isEqualTo(404);
    ledger.markUnknown(((Outcome.Proceed) ledger.begin(claim)).fence());
    assertThat(resolve("not-executed").path("statusCode").intValue()).isEqualTo(200);
    assertThat(ledger.begin(claim)).isInstanceOf(Outcome.Proceed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          [] | the object is malformed: not a JSON object
          {"note": | the object is malformed: not strict JSON
          {"a":1} | an unknown member
          {"note":"x","note":"y"} | the object is malformed: a member twice
          {"kind":{"a":1}} | kind: another kind
          {"issuer":"i","subject":"s","method":"POST","path":"/orders","key":"7c9e6679-7425-40de-944b-e07fc1f90ae7","resolution":"maybe","note":"n"} | resolution: another word
          {"issuer":"i","subject":"s","method":"POST","path":"/orders","key":"7c9e6679-7425-40de-944b-e07fc1f90ae7","resolution":"done","note":""} | note: 0 characters
          {"issuer":"i","subject":"s","method":"POST","path":"/orders","key":"7c9e6679-7425-40de-944b-e07fc1f90ae7","resolution":"done","note":"n","status":500} | status: 500
          {"kind":"robot","method":"POST","path":"/orders","key":"7c9e6679-7425-40de-944b-e07fc1f90ae7"} | kind: another word
          {"method":"POST","path":"/orders","key":"7c9e6679-7425-40de-944b-e07fc1f90ae7"} | issuer: nothing
          """)
  void aMalformedResolutionIsRefusedWithItsReason(String body, String detail) throws IOException {
    JsonNode answer =
        api("POST", "/admin/idempotency", Map.of(), body, as("root", "gateway:admin"));
    assertThat(code(answer)).isEqualTo("INVALID_REQUEST");
    assertThat(body(answer).path("detail").textValue()).startsWith(detail);
  }

  @Test
  void aWorkloadSharesTheLedger() throws IOException {
    String begin =
        "{\"operation\":\"begin\",\"scope\":\"billing\",\"key\":\"message-0000000001\","
            + "\"payload\":\"p\",\"lease_sec\":30,\"ttl_sec\":3600}";
    JsonNode begun = invoke(begin);
    assertThat(begun.path("outcome").textValue()).isEqualTo("proceed");
    assertThat(invoke(begin).path("outcome").textValue()).isEqualTo("in-flight");
    assertThat(invoke(begin.replace("\"p\"", "\"q\"")).path("outcome").textValue())
        .isEqualTo("mismatch");
    assertThat(invoke(begin.replace("billing", "mail")).path("outcome").textValue())
        .isEqualTo("proceed");
    String complete =
        "{\"operation\":\"complete\",\"scope\":\"billing\",\"key\":\"message-0000000001\","
            + "\"fence\":\""
            + begun.path("fence").textValue()
            + "\",\"status\":200,\"body\":\"paid\"}";
    assertThat(invoke(complete).path("outcome").textValue()).isEqualTo("recorded");
    JsonNode replay = invoke(begin);
    assertThat(replay.path("outcome").textValue()).isEqualTo("replay");
    assertThat(replay.path("body").textValue()).isEqualTo("paid");
    String release =
        "{\"operation\":\"release\",\"scope\":\"billing\",\"key\":\"message-0000000001\","
            + "\"fence\":\""
            + begun.path("fence").textValue()
            + "\"}";
    assertThat(invoke(release).path("outcome").textValue()).isEqualTo("not-released");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"operation":"burn"} | operation
          {"operation":7} | operation
          {"operation":"begin","scope":"a b","key":"message-0000000001","payload":""} | scope
          {"operation":"begin","scope":"a","key":"short","payload":""} | key: 5 characters
          {"operation":"begin","scope":"a","key":"message-0000000001"} | payload: nothing
          {"operation":"begin","scope":"a","key":"message-0000000001","payload":"","lease_sec":901} | lease_sec: 901
          {"operation":"begin","scope":"a","key":"message-0000000001","payload":"","ttl_sec":60,"lease_sec":61} | lease_sec: 61
          {"operation":"begin","scope":"a","key":"message-0000000001","payload":"","ttl_sec":"1d"} | ttl_sec: no integer
          {"operation":"begin","scope":"a","key":"message-0000000001","payload":"","takeover":1} | takeover: no boolean
          {"operation":"complete","scope":"a","key":"message-0000000001","fence":"x"} | fence
          {"operation":"release","scope":"a","key":"message-0000000001","fence":"x","status":1} | an unknown member
          """)
  void aMalformedInvocationIsAnsweredWithItsReason(String event, String detail) throws IOException {
    JsonNode answer = invoke(event);
    assertThat(answer.at("/error/code").textValue()).isEqualTo("INVALID_REQUEST");
    assertThat(answer.at("/error/detail").textValue()).startsWith(detail);
  }

  private JsonNode own(String subject) throws IOException {
    return api("GET", OWN, ORDER, "", as(subject));
  }

  private JsonNode resolve(String resolution) throws IOException {
    String body =
        JSON.createObjectNode()
            .put("issuer", ISSUER)
            .put("subject", "alice")
            .put("method", "POST")
            .put("path", "/orders")
            .put("key", KEY)
            .put("resolution", resolution)
            .put("note", "asked the bank")
            .toString();
    return api("POST", "/admin/idempotency", Map.of(), body, as("root", "gateway:admin"));
  }

  private Optional<Principal> as(String subject, String... scopes) {
    return Optional.of(
        new Principal(
            CredentialKind.JWT,
            ISSUER,
            subject,
            Optional.empty(),
            List.of(),
            List.of(scopes),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(clock.instant().plusSeconds(600))));
  }

  private JsonNode api(
      String method,
      String path,
      Map<String, String> query,
      String body,
      Optional<Principal> caller)
      throws IOException {
    ObjectNode event = JSON.createObjectNode().put("httpMethod", method).put("path", path);
    ObjectNode parameters = event.putObject("multiValueQueryStringParameters");
    query.forEach((name, value) -> parameters.putArray(name).add(value));
    event.putObject("multiValueHeaders");
    ObjectNode request = event.putObject("requestContext");
    request.put("requestId", "r-1").put("domainName", "api.example.com");
    request.putObject("identity").put("sourceIp", "192.0.2.7");
    ObjectNode context = request.putObject("authorizer");
    caller.ifPresent(principal -> principal.toContext().forEach(context::put));
    event.put("isBase64Encoded", true);
    event.put("body", Base64.getEncoder().encodeToString(body.getBytes(UTF_8)));
    return invoke(event.toString());
  }

  private JsonNode invoke(String event) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(UTF_8)),
        output,
        new Invocation(Duration.ofSeconds(10)));
    return JSON.readTree(output.toByteArray());
  }

  private static JsonNode body(JsonNode answer) throws IOException {
    return JSON.readTree(answer.path("body").textValue());
  }

  private static String code(JsonNode answer) throws IOException {
    return body(answer).path("code").textValue();
  }

  private static Gateway gateway() {
    String yaml =
        """
        name: shop
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks.json", audiences: [a], algorithms: [RS256]}
        services: {s: {url: "http://s:1"}}
        routes:
          - {match: POST /orders, to: s, allow: jwt, idempotency: required}
          - {match: POST /none, to: s, allow: jwt}
        """;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new AssertionError(faults.toString());
    };
  }
}

package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /admin/keys} and {@code /admin/revocations} through the handler. */
class AdministrationTest {
  private static final Gateway GATEWAY =
      gateway(
          """
          name: shop
          identity:
            apiKeys: {}
            issuers:
              - {name: main, issuer: https://idp.example, jwks: https://idp.example/jwks, audiences: [api], algorithms: [RS256]}
          services: {s: {url: https://s.example}}
          routes: [{match: GET /a, to: s, allow: public}]
          """);

  private final World world = new World();
  private final RevocationList list = new InMemoryRevocationList();
  private Optional<Pepper> pepper = Optional.of(World.PEPPER);

  private final KeysHandler handler =
      new KeysHandler(
          new Administration(
              Administration.frontDoor(
                  GATEWAY,
                  new KeyAdministration(world.keys, () -> pepper, new SecureRandom(), world.clock),
                  new RevocationAdministration(list, world.keys, GATEWAY.identity(), world.clock),
                  new Revocations(ids -> new AccessFacts.Reading.Known(Map.of()), world.clock),
                  world.clock),
              List.of()));

  /** A status and a JSON body. */
  private record Answer(int status, Map<String, Object> body, String raw) {
    String text(String name) {
      return String.valueOf(body.get(name));
    }

    List<?> items(String name) {
      return (List<?>) body.getOrDefault(name, List.of());
    }

    List<String> violations() {
      List<String> pointers = new ArrayList<>();
      for (Object violation : items("violations")) {
        Map<?, ?> members = (Map<?, ?>) violation;
        pointers.add(
            String.valueOf(
                members.containsKey("pointer")
                    ? members.get("pointer")
                    : members.get("parameter")));
      }
      return pointers;
    }
  }

  @Test
  void aCreatedKeyOpensTheDoorAndItsSecretIsShownOnce() throws Exception {
    Answer created =
        call(
            "POST",
            "/admin/keys",
            "{\"owner\":\"orders\",\"name\":\"batch\",\"scopes\":[\"a\",\"b\"],\"roles\":[\"r\"],"
                + "\"tier\":\"gold\",\"expires_at\":\"2027-01-01T00:00:00Z\"}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.raw()).contains("\"Location\":[\"/admin/keys/" + created.text("id") + "\"]");
    String key = created.text("key");
    assertThat(world.keyVerifier().verify(List.of(key)))
        .isInstanceOfSatisfying(
            Outcome.Allowed.class,
            allowed -> {
              assertThat(allowed.principal().subject()).isEqualTo("orders");
              assertThat(allowed.principal().scopes()).containsExactly("a", "b");
              assertThat(allowed.principal().expiresAt())
                  .contains(Instant.parse("2027-01-01T00:00:00Z"));
            });
    Answer shown = call("GET", "/admin/keys/" + created.text("id"), "");
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.body())
        .containsEntry("status", "active")
        .containsEntry("owner", "orders")
        .containsEntry("name", "batch")
        .containsEntry("tier", "gold")
        .containsEntry("expires_at", "2027-01-01T00:00:00Z")
        .doesNotContainKeys("key", "digest");
    String secret = key.substring(key.lastIndexOf('_') + 1);
    for (Answer answer : List.of(shown, call("GET", "/admin/keys", ""))) {
      assertThat(answer.raw()).contains(created.text("id")).doesNotContain(secret);
    }
  }

  @Test
  void theListComesInPages() throws Exception {
    for (int i = 0; i < 5; i++) {
      world.issuedKey();
    }
    Set<String> ids = new HashSet<>();
    String next = "";
    do {
      Answer page = list("/admin/keys", "2", next);
      List<?> keys = page.items("keys");
      assertThat(keys).hasSizeBetween(1, 2);
      keys.forEach(key -> assertThat(ids.add((String) ((Map<?, ?>) key).get("id"))).isTrue());
      next = page.body().containsKey("next") ? page.text("next") : "";
    } while (!next.isEmpty());
    assertThat(ids).hasSize(5);
  }

  @Test
  void rotationGivesANewKeyWhileTheOldOneEndsLater() throws Exception {
    ApiKeyText old = world.issuedKey();
    Answer rotated = call("POST", "/admin/keys/" + old.id() + "/rotate", "{\"overlap_sec\":60}");
    assertThat(rotated.status()).isEqualTo(201);
    assertThat(rotated.body()).containsEntry("replaces", old.id()).containsEntry("owner", "orders");
    ApiKeyVerifier verifier = world.keyVerifier();
    String key = rotated.text("key");
    assertThat(verifier.verify(List.of(old.text()))).isInstanceOf(Outcome.Allowed.class);
    assertThat(verifier.verify(List.of(key))).isInstanceOf(Outcome.Allowed.class);
    world.clock.advance(Duration.ofSeconds(60));
    assertThat(verifier.verify(List.of(old.text()))).isInstanceOf(Outcome.Refused.class);
    assertThat(verifier.verify(List.of(key))).isInstanceOf(Outcome.Allowed.class);
    assertThat(call("GET", "/admin/keys/" + old.id(), "").body())
        .containsEntry("status", "expired");
    assertThat(call("POST", "/admin/keys/" + old.id() + "/rotate", "").status()).isEqualTo(422);
  }

  @Test
  void aKeyWithLessTimeLeftThanTheOverlapKeepsItsEnd() throws Exception {
    Answer created =
        call(
            "POST",
            "/admin/keys",
            "{\"owner\":\"o\",\"expires_at\":\"" + world.clock.instant().plusSeconds(30) + "\"}");
    call("POST", "/admin/keys/" + created.text("id") + "/rotate", "{\"overlap_sec\":60}");
    assertThat(call("GET", "/admin/keys/" + created.text("id"), "").text("expires_at"))
        .isEqualTo(world.clock.instant().plusSeconds(30).toString());
  }

  @Test
  void aRevokedKeyIsRevokedForGood() throws Exception {
    ApiKeyText key = world.issuedKey();
    Answer revoked = call("DELETE", "/admin/keys/" + key.id(), "");
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(revoked.body()).containsEntry("status", "revoked").containsKey("revoked_at");
    assertThat(call("DELETE", "/admin/keys/" + key.id(), "").text("revoked_at"))
        .isEqualTo(revoked.text("revoked_at"));
    assertThat(world.keyVerifier().verify(List.of(key.text()))).isInstanceOf(Outcome.Refused.class);
    assertThat(call("POST", "/admin/keys/" + key.id() + "/rotate", "").status()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "00000000000000000000", "a.b"})
  void whatIsNotThereIsNotFound(String id) throws Exception {
    assertThat(call("GET", "/admin/keys/" + id, "").status()).isEqualTo(404);
    assertThat(call("DELETE", "/admin/keys/" + id, "").status()).isEqualTo(404);
    assertThat(call("POST", "/admin/keys/" + id + "/rotate", "").status()).isEqualTo(404);
    assertThat(call("DELETE", "/admin/revocations/" + id, "").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                | /owner
          {"owner":""}                                      | /owner
          {"owner":1}                                       | /owner
          {"owner":null}                                    | /owner
          {"owner":" o"}                                    | /owner
          {"owner":"o\\u000d\\u000ax"}                      | /owner
          {"owner":"o","scopes":"a"}                        | /scopes
          {"owner":"o","scopes":["a","b c"]}                | /scopes/1
          {"owner":"o","scopes":[""]}                       | /scopes/0
          {"owner":"o","roles":["a,b"]}                     | /roles/0
          {"owner":"o","tier":7}                            | /tier
          {"owner":"o","name":{}}                           | /name
          {"owner":"o","expires_at":"tomorrow"}             | /expires_at
          {"owner":"o","expires_at":1790000000}             | /expires_at
          {"owner":"o","expires_at":"2020-01-01T00:00:00Z"} | /expires_at
          {"owner":"o","expires_at":"+9999999-01-01T00:00:00Z"} | /expires_at
          {"owner":"o","a/b~c":1}                           | /a~1b~0c
          """)
  void aKeyIsMadeOfGoodMembersOnly(String body, String pointer) throws Exception {
    Answer answer = call("POST", "/admin/keys", body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).containsEntry("code", "VALIDATION_FAILED");
    assertThat(answer.violations()).containsExactly(pointer);
  }

  @Test
  void allThatIsWrongIsToldTogether() throws Exception {
    Answer answer = call("POST", "/admin/keys", "{\"scopes\":[1,\"a b\"],\"tier\":true,\"x\":1}");
    assertThat(answer.violations())
        .containsExactlyInAnyOrder("/owner", "/scopes/0", "/scopes/1", "/tier", "/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "[]",
        "\"o\"",
        "{\"owner\":\"o\"",
        "{\"owner\":\"o\",\"owner\":\"p\"}",
        "{} {}"
      })
  void whatIsNoJsonObjectIsAnInvalidRequest(String body) throws Exception {
    Answer answer = call("POST", "/admin/keys", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).containsEntry("code", "INVALID_REQUEST");
  }

  @Test
  void bodiesOfAnotherTypeOrSizeAreRefused() throws Exception {
    Map<String, Object> event = event("POST", "/admin/keys", "{\"owner\":\"o\"}", admin());
    event.put("multiValueHeaders", Map.of("Content-Type", List.of("text/plain")));
    assertThat(serve(event).status()).isEqualTo(415);
    assertThat(call("POST", "/admin/keys", " ".repeat(64 * 1024 + 1)).status()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "-1", "x", "1e1", ""})
  void aPageHasABoundedSize(String limit) throws Exception {
    assertThat(list("/admin/keys", limit, "").violations()).containsExactly("limit");
    assertThat(list("/admin/revocations", limit, "").violations()).containsExactly("limit");
  }

  @Test
  void aPageBeginsWhereOneEnded() throws Exception {
    assertThat(list("/admin/keys", "1", "a b").violations()).containsExactly("after");
    assertThat(list("/admin/revocations", "1", "a/b").violations()).containsExactly("after");
  }

  @Test
  void aTokenIsRevokedUntilNoneLikeItCanBeAccepted() throws Exception {
    Answer created = call("POST", "/admin/revocations", "{\"jti\":\"t-1\",\"reason\":\"lost\"}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body())
        .containsEntry("jti", "t-1")
        .containsEntry("issuer", World.ISSUER)
        .containsEntry("reason", "lost")
        .containsEntry("by", "root")
        .containsEntry(
            "expires_at",
            world.clock.instant().plus(Duration.ofHours(24)).plusSeconds(120).toString());
    Answer listed = list("/admin/revocations", "10", "");
    assertThat(listed.items("revocations")).singleElement().isEqualTo(created.body());
    assertThat(call("DELETE", "/admin/revocations/" + created.text("id"), "").status())
        .isEqualTo(204);
    assertThat(call("DELETE", "/admin/revocations/" + created.text("id"), "").status())
        .isEqualTo(404);
  }

  @Test
  void aRevocationMayStandLongerAndNeverShorter() throws Exception {
    assertThat(
            call(
                    "POST",
                    "/admin/revocations",
                    "{\"jti\":\"t-1\",\"expires_at\":\"2028-01-01T00:00:00Z\"}")
                .body())
        .containsEntry("expires_at", "2028-01-01T00:00:00Z");
    assertThat(
            call(
                    "POST",
                    "/admin/revocations",
                    "{\"jti\":\"t-1\",\"expires_at\":\"2026-11-22T10:00:01Z\"}")
                .text("expires_at"))
        .isGreaterThan("2026-11-23");
  }

  @Test
  void aSubjectIsRevokedAsOfNowUnlessAnotherInstantIsNamed() throws Exception {
    assertThat(call("POST", "/admin/revocations", "{\"subject\":\"alice\"}").body())
        .containsEntry("issued_before", world.clock.instant().toString());
    Answer later =
        call(
            "POST",
            "/admin/revocations",
            "{\"subject\":\"alice\",\"issued_before\":\"2026-12-24T00:00:00.5+01:00\","
                + "\"issuer\":\"https://idp.example\"}");
    assertThat(later.body())
        .containsEntry("issued_before", "2026-12-23T23:00:01Z")
        .containsEntry("expires_at", "2026-12-24T23:02:01Z");
  }

  @Test
  void anApiKeyIsRevokedAndBackWhenThatIsLifted() throws Exception {
    ApiKeyText key = world.issuedKey();
    Answer created = call("POST", "/admin/revocations", "{\"api_key\":\"" + key.id() + "\"}");
    assertThat(created.body())
        .containsEntry("api_key", key.id())
        .containsEntry("id", "key-" + key.id())
        .doesNotContainKeys("expires_at", "issuer");
    assertThat(call("DELETE", "/admin/revocations/key-" + key.id(), "").status()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                          | ''
          {"jti":"a","subject":"b"}                   | ''
          {"jti":""}                                  | /jti
          {"jti":"a","issuer":"https://x.example"}    | /issuer
          {"jti":"a","issued_before":"2026-01-01T00:00:00Z"} | /issued_before
          {"subject":"a","issued_before":"now"}       | /issued_before
          {"subject":7}                               | /subject
          {"api_key":"x"}                             | /api_key
          {"api_key":"00000000000000000000"}          | /api_key
          {"jti":"a","reason":""}                     | /reason
          """)
  void aRevocationIsAboutOneThing(String body, String pointer) throws Exception {
    Answer answer = call("POST", "/admin/revocations", body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.violations()).containsExactly(pointer);
    assertThat(ApiKeysContract.value(list.list(10, Optional.empty())).items()).isEmpty();
  }

  @Test
  void onlyOperatorsComeIn() throws Exception {
    for (String path : List.of("/admin/keys", "/admin/revocations")) {
      assertThat(serve(event("POST", path, "{}", Map.of())).status()).isEqualTo(401);
      assertThat(serve(event("POST", path, "{}", caller("gateway:read"))).status()).isEqualTo(403);
      assertThat(serve(event("PUT", path, "{}", admin())).status()).isEqualTo(405);
    }
    assertThat(serve(event("GET", "/admin/other", "", admin())).status()).isEqualTo(404);
    assertThat(world.keys.writes()).isZero();
  }

  @Test
  void withoutTheStoreOrThePepperTheServiceIsUnavailable() throws Exception {
    pepper = Optional.empty();
    assertThat(call("POST", "/admin/keys", "{\"owner\":\"o\"}").status()).isEqualTo(503);
    pepper = Optional.of(World.PEPPER);
    world.keys.away(true);
    for (String[] call :
        new String[][] {
          {"POST", "/admin/keys", "{\"owner\":\"o\"}"},
          {"GET", "/admin/keys", ""},
          {"DELETE", "/admin/keys/00000000000000000000", ""}
        }) {
      assertThat(call(call[0], call[1], call[2]).status()).isEqualTo(503);
    }
  }

  private Answer call(String method, String path, String body) throws IOException, ParseException {
    return serve(event(method, path, body, admin()));
  }

  private Answer list(String path, String limit, String after) throws IOException, ParseException {
    Map<String, Object> event = event("GET", path, "", admin());
    Map<String, Object> query = new LinkedHashMap<>(Map.of("limit", List.of(limit)));
    if (!after.isEmpty()) {
      query.put("after", List.of(after));
    }
    event.put("multiValueQueryStringParameters", query);
    return serve(event);
  }

  private Answer serve(Map<String, Object> event) throws IOException, ParseException {
    byte[] input = Json.text(json -> Json.value(json, event)).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(input), output, new Invocation(Duration.ofSeconds(10)));
    String raw = output.toString(StandardCharsets.UTF_8);
    Map<String, Object> answer = JSONObjectUtils.parse(raw);
    String body = String.valueOf(answer.get("body"));
    return new Answer(
        Integer.parseInt(String.valueOf(answer.get("statusCode"))),
        body.isEmpty() ? Map.of() : JSONObjectUtils.parse(body),
        raw);
  }

  private static Map<String, Object> event(
      String method, String path, String body, Map<String, String> authorizer) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("httpMethod", method);
    event.put("path", path);
    event.put("multiValueHeaders", Map.of("Content-Type", List.of("application/json")));
    event.put("body", body);
    event.put("isBase64Encoded", false);
    event.put(
        "requestContext",
        Map.of(
            "requestId",
            "r-1",
            "domainName",
            "api.example",
            "identity",
            Map.of("sourceIp", "192.0.2.1"),
            "authorizer",
            authorizer));
    return event;
  }

  private static Map<String, String> admin() {
    return caller("gateway:admin");
  }

  private static Map<String, String> caller(String scope) {
    return new Principal(
            CredentialKind.JWT,
            World.ISSUER,
            "root",
            Optional.empty(),
            List.of(),
            List.of(scope),
            Optional.empty(),
            Optional.of("t-0"),
            Optional.empty(),
            Optional.empty())
        .toContext();
  }

  private static Gateway gateway(String source) {
    return switch (new GatewayReader().read(source, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid(var faults) -> throw new IllegalStateException(faults.toString());
    };
  }
}

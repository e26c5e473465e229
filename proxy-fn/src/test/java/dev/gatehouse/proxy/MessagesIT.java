package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What routes ask of messages and do to them, through the whole pipeline. */
final class MessagesIT {
  private static final String ORDER = "{\"sku\":\"ABC-1\",\"count\":1}";
  private static final Fleet FLEET = new Fleet();
  private static @Nullable RawServer back;
  private static @Nullable FrontDoor door;

  @BeforeAll
  static void start() throws IOException {
    back =
        new RawServer(
            (request, connection) -> {
              if (request.contains(" /v1/broken")) {
                connection.close();
                return;
              }
              String location =
                  request.contains(" /v1/") ? "Location: BASE/v1/orders/7?a=1#f\r\n" : "";
              String answer =
                  "HTTP/1.1 201 Created\r\nX-Powered-By: engine\r\nX-Kept: 1\r\n"
                      + location.replace("BASE", back().url())
                      + "Content-Location: https://elsewhere.example/v1/x\r\nContent-Length: 0\r\n\r\n";
              connection.getOutputStream().write(answer.getBytes(UTF_8));
            });
    door =
        FLEET.environment(
            Fleet.gateway(
                """
                limits:
                  few: {by: ip, rate: 1/m, burst: 1}
                services:
                  s: {url: "URL/v1", timeout: {request: 1s}, retry: {attempts: 1}, breaker: {failures: 1000}, rewriteRedirects: true}
                  gone: {url: "http://127.0.0.1:1", retry: {attempts: 1}, breaker: {failures: 1000}}
                  plain: {url: "URL/v1"}
                routes:
                  - {match: POST /orders, to: s, allow: public, accepts: {schema: schemas/order.json, maxBody: 1KB}}
                  - {match: ANY /any, to: s, allow: public, accepts: {schema: schemas/order.json}}
                  - {match: POST /typed, to: s, allow: public, accepts: {types: [text/csv, image/png]}}
                  - {match: POST /limited, to: s, allow: public, limits: [few], accepts: {maxBody: 1B}}
                  - {match: POST /mine, to: s, allow: jwt, accepts: {maxBody: 1B}}
                  - {match: ANY /gone, to: gone, allow: public, fallback: {type: application/json, body: '{"items":[]}'}}
                  - {match: GET /broken, to: s, allow: public, fallback: {status: 203, type: text/plain, file: schemas/order.json}}
                  - {match: GET /kept, to: gone, allow: public, cache: 60s, fallback: {type: text/plain, body: none}}
                  - match: POST /changed
                    to: s
                    allow: public
                    request: {headers: {remove: [X-Debug, Cookie], set: {X-Tenant: acme}, add: {X-Via: gateway}}}
                    response: {headers: {remove: [X-Powered-By], set: {X-Kept: "2"}, add: {X-Robots-Tag: none}}}
                  - {match: GET /plain, to: plain, allow: public}
                """
                    .replace("URL", back().url())));
  }

  @AfterAll
  static void end() throws IOException {
    back().close();
    FLEET.close();
  }

  @Test
  void aBodyThatIsAcceptedArrivesAsItWas() throws IOException {
    assertThat(
            post("/orders", ORDER, "Content-Type", "Application/JSON; charset=\"UTF-8\"").status())
        .isEqualTo(201);
    assertThat(back().requests().getLast()).startsWith("POST /v1/orders ").endsWith(ORDER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /orders | {"sku":"ABC-1"} | application/json | 422 | VALIDATION_FAILED
          /orders | {"sku":1 | application/json | 400 | INVALID_REQUEST
          /orders | `` | application/json | 400 | INVALID_REQUEST
          /orders | {"sku":"ABC-1","count":1} | text/plain | 415 | UNSUPPORTED_MEDIA_TYPE
          /orders | {"sku":"ABC-1","count":1} | application/json; charset=utf-16 | 415 | UNSUPPORTED_MEDIA_TYPE
          /typed | a | application/json | 415 | UNSUPPORTED_MEDIA_TYPE
          /any | 1 | application/json | 422 | VALIDATION_FAILED
          """)
  void aBodyThatIsNotAcceptedReachesNobody(
      String path, String body, String type, int status, String code) throws IOException {
    int before = back().requests().size();
    Answer answer = post(path, body, "Content-Type", type);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(back().requests()).hasSize(before);
  }

  @Test
  void violationsAreToldByPointer() throws IOException {
    Answer answer = post("/orders", "{\"sku\":1,\"count\":0}", "Content-Type", "application/json");
    assertThat(answer.problem().path("violations").findValuesAsText("pointer"))
        .containsExactly("/sku", "/count");
  }

  @Test
  void aBodyThatIsTooLongOrInDisguiseIsRefused() throws IOException {
    assertThat(post("/orders", " ".repeat(1025), "Content-Type", "application/json").status())
        .isEqualTo(413);
    assertThat(post("/orders", ORDER).status()).isEqualTo(415);
    assertThat(
            post("/orders", ORDER, "Content-Type", "application/json", "Content-Encoding", "gzip")
                .status())
        .isEqualTo(415);
    assertThat(post("/typed", "a", "Content-Type", "text/csv; header=present").status())
        .isEqualTo(201);
  }

  @Test
  void aRequestThatNeedsNoBodyIsNotAskedForOne() throws IOException {
    assertThat(get("/any").status()).isEqualTo(201);
  }

  @Test
  void whoMayNotCallLearnsNothingAndLimitsAreSpentFirst() throws IOException {
    assertThat(post("/mine", "long").status()).isEqualTo(401);
    assertThat(post("/limited", "long").status()).isEqualTo(413);
    assertThat(post("/limited", "long").status()).isEqualTo(429);
  }

  @Test
  void aServiceThatIsGoneIsStoodInFor() throws IOException {
    Answer answer = get("/gone");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"items\":[]}");
    assertThat(answer.all("X-Fallback")).containsExactly("upstream-error");
    assertThat(answer.all("Content-Type")).containsExactly("application/json");
    assertThat(answer.all("Cache-Control")).containsExactly("no-store");
    Answer head = Shop.serve(door(), ApiEvent.of("HEAD", "/gone"));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    Answer broken = get("/broken");
    assertThat(broken.status()).isEqualTo(203);
    assertThat(new String(broken.body(), UTF_8)).contains("\"sku\"");
  }

  @Test
  void whatMayHaveHadAnEffectIsToldHonestly() throws IOException {
    Answer answer = post("/gone", "{}");
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.code()).isEqualTo("UPSTREAM_ERROR");
    assertThat(answer.all("X-Fallback")).isEmpty();
  }

  @Test
  void aFallbackIsNotKeptAndNotGivenToWhoAsksForWhatIsKept() throws IOException {
    assertThat(get("/kept").all("X-Fallback")).containsExactly("upstream-error");
    assertThat(get("/kept").all("X-Cache")).doesNotContain("hit");
    Answer only =
        Shop.serve(door(), ApiEvent.of("GET", "/kept").with("Cache-Control", "only-if-cached"));
    assertThat(only.status()).isEqualTo(504);
  }

  @Test
  void fieldsAreChangedBothWays() throws IOException {
    Answer answer =
        post(
            "/changed",
            "",
            "X_Debug",
            "1",
            "Cookie",
            "a=b",
            "x-tenant",
            "other",
            "X-Via",
            "client");
    String request = back().requests().getLast();
    assertThat(request)
        .contains("X-Tenant: acme\r\n", "X-Via: client\r\n", "X-Via: gateway\r\n")
        .doesNotContain("other", "Debug", "Cookie");
    assertThat(answer.all("X-Powered-By")).isEmpty();
    assertThat(answer.all("X-Kept")).containsExactly("2");
    assertThat(answer.all("X-Robots-Tag")).containsExactly("none");
  }

  @Test
  void theServicesOwnAddressBecomesTheGateways() throws IOException {
    Answer answer = post("/orders", ORDER, "Content-Type", "application/json");
    assertThat(answer.all("Location")).containsExactly("/orders/7?a=1#f");
    assertThat(answer.all("Content-Location")).containsExactly("https://elsewhere.example/v1/x");
    assertThat(get("/plain").all("Location")).containsExactly(back().url() + "/v1/orders/7?a=1#f");
  }

  private static Answer get(String path) throws IOException {
    return Fleet.get(door(), path);
  }

  private static Answer post(String path, String body, String... fields) throws IOException {
    return Shop.serve(door(), ApiEvent.of("POST", path).body(body).with(fields));
  }

  private static RawServer back() {
    if (back == null) {
      throw new AssertionError("not started");
    }
    return back;
  }

  private static FrontDoor door() {
    if (door == null) {
      throw new AssertionError("not started");
    }
    return door;
  }
}

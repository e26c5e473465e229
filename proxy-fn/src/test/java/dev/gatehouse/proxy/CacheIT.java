package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.TurnCountingRelay;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The response cache through the whole pipeline: two environments, one real Redis. */
final class CacheIT {
  private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");
  private static final String ISSUER = "https://idp.example";

  @RegisterExtension static final Fleet FLEET = new Fleet();

  private CacheServer service;
  private ManualClock clock;
  private FrontDoor one;
  private FrontDoor other;

  @BeforeEach
  void start() throws IOException {
    service = new CacheServer();
    clock = new ManualClock();
    one = environment();
    other = environment();
  }

  @AfterEach
  void stop() throws IOException {
    service.close();
  }

  private FrontDoor environment() throws IOException {
    return FLEET.environment(
        Fleet.gateway(sections(service.url())), FLEET.server().address(), clock);
  }

  private static String sections(String url) {
    return """
    limits:
      wide: {by: ip, rate: 10000/s}
      narrow: {by: ip, window: 2/1h}
    services:
      s: {url: "%s", timeout: {request: 5s}, retry: {attempts: 1}, breaker: {failures: 2, open: 1s, successes: 1}}
    routes:
      - {match: GET /own/*, to: s, allow: optional, limits: [wide], cache: 60s}
      - {match: ANY /all/**, to: s, allow: optional, cache: {ttl: 60s, shared: true}}
      - {match: GET /open/*, to: s, allow: public, cache: 60s}
      - {match: GET /stale/*, to: s, allow: public, cache: {ttl: 60s, shared: true, staleIfError: 5m, staleWhileRevalidate: 30s}}
      - {match: GET /roles/*, to: s, allow: jwt, cache: {ttl: 60s, shared: true, vary: [X-User-Roles, accept-language]}}
      - {match: GET /narrow/*, to: s, allow: public, limits: [narrow], cache: {ttl: 60s, shared: true}}
      - {match: PUT /own/*, to: s, allow: optional}
      - {match: GET /slow/*, to: s, allow: public, timeout: 25s, cache: {ttl: 60s, shared: true}}
      - {match: GET /plain, to: s, allow: public}
    """
        .formatted(url);
  }

  @Test
  void aSecondEnvironmentAnswersWhatTheFirstOneKept() throws IOException {
    service.says("200 ~ Cache-Control: max-age=30 ~ Content-Type: text/plain");
    Answer first = get(one, "/all/a");
    clock.advance(Duration.ofSeconds(7));
    Answer second = get(other, "/all/a");
    assertThat(first.all("X-Cache")).containsExactly("miss");
    assertThat(first.all("Age")).isEmpty();
    assertThat(second.all("X-Cache")).containsExactly("hit");
    assertThat(second.all("Age")).containsExactly("7");
    assertThat(second.all("Content-Type")).containsExactly("text/plain");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(service.requests()).hasSize(1);
    assertThat(get(one, "/plain").all("X-Cache")).isEmpty();
  }

  @Test
  void anAnswerIsKeptNoLongerThanTheRouteSays() throws IOException {
    service.says("200 ~ Cache-Control: max-age=86400");
    get(one, "/all/a");
    clock.advance(Duration.ofSeconds(59));
    assertThat(cacheOf(get(one, "/all/a"))).isEqualTo("hit");
    clock.advance(Duration.ofSeconds(1));
    assertThat(cacheOf(get(one, "/all/a"))).isEqualTo("miss");
  }

  @Test
  void twoCallersNeverSeeEachOthersAnswers() throws IOException {
    List<ApiEvent> callers =
        List.of(
            ApiEvent.of("GET", "/own/me"),
            ApiEvent.of("GET", "/own/me").as("alice", LATER),
            ApiEvent.of("GET", "/own/me").as("bob", LATER),
            ApiEvent.of("GET", "/own/me").of("https://other.example", "alice", LATER),
            ApiEvent.of("GET", "/own/me").as("alice", LATER, "admin"),
            ApiEvent.of("GET", "/own/me").with("Cookie", "session=1"),
            ApiEvent.of("GET", "/own/me").with("Cookie", "session=2"),
            ApiEvent.of("GET", "/own/me").with("Cookie", "session=1").as("alice", LATER),
            nameless(ApiEvent.of("GET", "/own/me").as("alice", LATER)),
            nameless(ApiEvent.of("GET", "/own/me").as("bob", LATER)));
    List<String> bodies = new ArrayList<>();
    for (ApiEvent caller : callers) {
      Answer answer = Shop.serve(one, caller);
      assertThat(cacheOf(answer)).isEqualTo("miss");
      bodies.add(text(answer));
    }
    assertThat(bodies).doesNotHaveDuplicates();
    assertThat(service.requests()).hasSize(callers.size());
    assertThat(service.requests().get(1)).contains("X-User-Id: alice\r\n");
    assertThat(service.requests().get(2)).contains("X-User-Id: bob\r\n");
    for (int i = 0; i < callers.size(); i++) {
      Answer again = Shop.serve(other, callers.get(i));
      assertThat(cacheOf(again)).isEqualTo("hit");
      assertThat(text(again)).isEqualTo(bodies.get(i));
    }
    assertThat(service.requests()).hasSize(callers.size());
  }

  @Test
  void everyQueryHasItsOwnAnswer() throws IOException {
    List<String> queries = List.of("", "?a=1", "?a=2", "?b=1", "?a=1&b=1");
    for (String query : queries) {
      assertThat(cacheOf(get(one, "/all/q" + query))).as(query).isEqualTo("miss");
    }
    assertThat(text(get(other, "/all/q?a=2"))).isEqualTo("answer 3");
    purge("{\"route\": \"ANY /all/**\", \"path\": \"/all/q\"}");
    for (String query : queries) {
      assertThat(cacheOf(get(other, "/all/q" + query))).as(query).isEqualTo("miss");
    }
  }

  @Test
  void aLongAnswerComesBackOctetByOctetAndATooLongOneIsNotKept() throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < 100_000) {
      text.append("line ").append(text.length()).append(text.length() % 7).append('\n');
    }
    service.gives(text.toString());
    get(one, "/all/long");
    Answer kept = get(other, "/all/long");
    assertThat(cacheOf(kept)).isEqualTo("hit");
    assertThat(text(kept)).isEqualTo(text.toString());
    service.gives("\u00e9".repeat(3000));
    get(one, "/all/octets");
    assertThat(get(other, "/all/octets").body()).hasSize(3000).containsOnly((byte) 0xe9);
    service.says("200 ~ Content-Encoding: gzip");
    service.gives("x".repeat(StoredAnswer.LONGEST));
    get(one, "/all/longer");
    assertThat(cacheOf(get(other, "/all/longer"))).isEqualTo("miss");
  }

  @Test
  void credentialsThatOnlyTheServiceReadsSeparateCallersAsWell() throws IOException {
    ApiEvent a = ApiEvent.of("GET", "/open/x").with("Authorization", "Basic YTph");
    ApiEvent b = ApiEvent.of("GET", "/open/x").with("Authorization", "Basic Yjpi");
    String first = text(Shop.serve(one, a));
    assertThat(text(Shop.serve(one, b))).isNotEqualTo(first);
    assertThat(text(get(one, "/open/x"))).isNotEqualTo(first);
    assertThat(text(Shop.serve(other, a))).isEqualTo(first);
    assertThat(service.requests()).hasSize(3);
  }

  @Test
  void aPrivateAnswerIsKeptForItsOwnCallerAlone() throws IOException {
    service.says("200 ~ Cache-Control: private, max-age=30");
    ApiEvent alice = ApiEvent.of("GET", "/own/a").as("alice", LATER);
    Shop.serve(one, alice);
    assertThat(cacheOf(Shop.serve(other, alice))).isEqualTo("hit");
    get(one, "/own/a");
    assertThat(cacheOf(get(other, "/own/a"))).isEqualTo("miss");
    get(one, "/all/a");
    assertThat(cacheOf(get(other, "/all/a"))).isEqualTo("miss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/own/a", "/all/a"})
  void aCookieIsNeverGivenOutTwice(String path) throws IOException {
    service.says("200 ~ Cache-Control: public, max-age=30 ~ Set-Cookie: session=1");
    ApiEvent alice = ApiEvent.of("GET", path).as("alice", LATER);
    Shop.serve(one, alice);
    Answer second = Shop.serve(other, alice);
    assertThat(cacheOf(second)).isEqualTo("miss");
    assertThat(service.requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"max-age=30, miss", "'max-age=30, public', hit", "s-maxage=30, hit"})
  void ofSignedInCallersOnlyWhatIsForAllIsShared(String control, String expected)
      throws IOException {
    service.says("200 ~ Cache-Control: " + control);
    Shop.serve(one, ApiEvent.of("GET", "/all/a").as("alice", LATER));
    Answer bobs = Shop.serve(other, ApiEvent.of("GET", "/all/a").as("bob", LATER));
    assertThat(cacheOf(bobs)).isEqualTo(expected);
  }

  @Test
  void theRouteCanSayWhatAnswersVaryByAsTheServiceSeesIt() throws IOException {
    service.says("200 ~ Cache-Control: public, max-age=30");
    ApiEvent korean = ApiEvent.of("GET", "/roles/a").with("Accept-Language", "ko");
    String first = text(Shop.serve(one, korean.as("alice", LATER)));
    assertThat(text(Shop.serve(other, korean.as("bob", LATER)))).isEqualTo(first);
    ApiEvent english = ApiEvent.of("GET", "/roles/a").with("Accept-Language", "en");
    assertThat(text(Shop.serve(other, english.as("bob", LATER)))).isNotEqualTo(first);
  }

  @Test
  void variantsAreFoundByAnEnvironmentThatHasNeverSeenOne() throws IOException {
    service.says("200 ~ Cache-Control: max-age=30 ~ Vary: Accept-Language");
    ApiEvent korean = ApiEvent.of("GET", "/all/v").with("Accept-Language", "ko");
    ApiEvent english = ApiEvent.of("GET", "/all/v").with("Accept-Language", "en");
    String first = text(Shop.serve(one, korean));
    String second = text(Shop.serve(one, english));
    assertThat(second).isNotEqualTo(first);
    assertThat(text(Shop.serve(other, korean))).isEqualTo(first);
    assertThat(text(Shop.serve(other, english))).isEqualTo(second);
    assertThat(service.requests()).hasSize(2);
  }

  @Test
  void aClientThatHasTheAnswerIsToldSo() throws IOException {
    service.says(
        "200 ~ ETag: \"v1\" ~ Last-Modified: Sat, 21 Nov 2026 00:00:00 GMT ~ Content-Type: text/plain");
    get(one, "/all/a");
    Answer same = get(other, "/all/a", "If-None-Match", "\"v0\", W/\"v1\"");
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(same.all("ETag")).containsExactly("\"v1\"");
    assertThat(same.all("Content-Type")).isEmpty();
    assertThat(same.all("X-Cache")).containsExactly("hit");
    assertThat(get(other, "/all/a", "If-None-Match", "\"v2\"").status()).isEqualTo(200);
    String since = "Sat, 21 Nov 2026 00:00:00 GMT";
    assertThat(get(other, "/all/a", "If-Modified-Since", since).status()).isEqualTo(304);
    assertThat(get(other, "/all/a", "If-Modified-Since", "Fri, 20 Nov 2026 00:00:00 GMT").status())
        .isEqualTo(200);
    assertThat(get(other, "/all/a", "If-None-Match", "\"v2\"", "If-Modified-Since", since).status())
        .isEqualTo(200);
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void whatIsNotKeptYetIsFetchedWholeForAConditionalRequest() throws IOException {
    service.says("200 ~ ETag: \"v1\"");
    assertThat(get(one, "/all/a", "If-None-Match", "\"v1\"").status()).isEqualTo(304);
    assertThat(service.requests().getFirst()).doesNotContain("If-None-Match");
    assertThat(text(get(other, "/all/a"))).isEqualTo("answer 1");
  }

  @Test
  void aStaleAnswerThatStillHoldsIsConfirmedWithoutItsBody() throws IOException {
    service.says("200 ~ Cache-Control: max-age=10 ~ ETag: \"v1\" ~ X-Count: 1");
    get(one, "/all/a");
    clock.advance(Duration.ofSeconds(11));
    service.says("304 ~ ETag: \"v1\" ~ Cache-Control: max-age=20 ~ X-Count: 2");
    Answer confirmed = get(other, "/all/a", "If-None-Match", "\"v9\"");
    assertThat(service.requests().get(1))
        .contains("If-None-Match: \"v1\"\r\n")
        .doesNotContain("v9");
    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(text(confirmed)).isEqualTo("answer 1");
    assertThat(confirmed.all("X-Count")).containsExactly("2");
    assertThat(cacheOf(confirmed)).isEqualTo("hit");
    clock.advance(Duration.ofSeconds(19));
    assertThat(cacheOf(get(one, "/all/a"))).isEqualTo("hit");
    assertThat(service.requests()).hasSize(2);
  }

  @Test
  void aConfirmationOfAnotherAnswerIsNotBelieved() throws IOException {
    service.says("200 ~ Cache-Control: max-age=10 ~ ETag: \"v1\"");
    get(one, "/all/a");
    clock.advance(Duration.ofSeconds(11));
    service.says("304 ~ ETag: \"v2\"");
    get(one, "/all/a");
    assertThat(service.requests()).hasSize(3);
    assertThat(service.requests().get(2)).doesNotContain("If-None-Match");
  }

  @Test
  void noCacheAnswersAreAskedAboutEveryTime() throws IOException {
    service.says("200 ~ Cache-Control: no-cache ~ ETag: \"v1\"");
    get(one, "/all/a");
    service.says("304 ~ Cache-Control: no-cache ~ ETag: \"v1\"");
    for (int i = 0; i < 3; i++) {
      assertThat(text(get(other, "/all/a"))).isEqualTo("answer 1");
    }
    assertThat(service.requests()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"503", "500", ""})
  void aStaleAnswerStandsInForAFailingService(String failure) throws IOException {
    service.says("200 ~ Cache-Control: max-age=10");
    get(one, "/stale/a");
    clock.advance(Duration.ofSeconds(12));
    service.says(failure);
    Answer stale = get(other, "/stale/a");
    assertThat(stale.status()).isEqualTo(200);
    assertThat(cacheOf(stale)).isEqualTo("stale");
    assertThat(stale.all("Age")).containsExactly("12");
    assertThat(get(other, "/stale/a", "Cache-Control", "no-cache").status())
        .isGreaterThanOrEqualTo(500);
  }

  @Test
  void theTimeOfStaleAnswersEnds() throws IOException {
    service.says("200 ~ Cache-Control: max-age=10");
    get(one, "/stale/a");
    clock.advance(Duration.ofSeconds(10 + 299));
    service.says("503");
    assertThat(cacheOf(get(other, "/stale/a"))).isEqualTo("stale");
    clock.advance(Duration.ofSeconds(2));
    assertThat(get(other, "/stale/a").status()).isGreaterThanOrEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "s-maxage=10", "no-cache"})
  void whatMustBeRevalidatedNeverStandsIn(String directive) throws IOException {
    service.says("200 ~ ETag: \"a\" ~ Cache-Control: max-age=10, " + directive);
    get(one, "/stale/a");
    clock.advance(Duration.ofSeconds(12));
    service.says("503");
    assertThat(get(other, "/stale/a").status()).isEqualTo(503);
    assertThat(get(other, "/stale/a", "Cache-Control", "max-stale").status())
        .isGreaterThanOrEqualTo(500);
  }

  @Test
  void theServicesOwnWordOnStaleAnswersCounts() throws IOException {
    service.says("200 ~ Cache-Control: max-age=10, stale-if-error=100");
    get(one, "/all/a");
    service.says("200 ~ Cache-Control: max-age=10, stale-if-error=0");
    get(one, "/stale/a");
    clock.advance(Duration.ofSeconds(12));
    service.says("503");
    assertThat(cacheOf(get(other, "/all/a"))).isEqualTo("stale");
    assertThat(get(other, "/stale/a").status()).isEqualTo(503);
  }

  @Test
  void anOpenCircuitLeavesWhatIsKept() throws IOException {
    service.says("200 ~ Cache-Control: max-age=30");
    get(one, "/all/fresh");
    get(one, "/stale/a");
    service.says("503");
    get(one, "/plain");
    get(one, "/plain");
    int before = service.requests().size();
    assertThat(get(other, "/plain").code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(cacheOf(get(other, "/all/fresh"))).isEqualTo("hit");
    clock.advance(Duration.ofSeconds(31));
    assertThat(cacheOf(get(other, "/stale/a"))).isEqualTo("stale");
    assertThat(get(other, "/all/fresh").code()).isEqualTo("CIRCUIT_OPEN");
    assertThat(service.requests()).hasSize(before);
  }

  @Test
  void ofManyWhoAskAtOnceOneReachesTheService() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    service.waitsFor(latch);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = ask(clients, 6, "/all/a");
      Polling.until(Duration.ofSeconds(20), "one asks", () -> service.requests().size() == 1);
      Polling.until(Duration.ofSeconds(20), "others look again", () -> looks() > 20);
      latch.countDown();
      for (Future<Answer> answer : answers) {
        assertThat(text(answer.get())).isEqualTo("answer 1");
      }
    }
    assertThat(service.requests()).hasSize(1);
  }

  @Test
  void whileOneRevalidatesTheOthersGetTheStaleAnswer() throws Exception {
    service.says("200 ~ Cache-Control: max-age=10");
    get(one, "/stale/a");
    clock.advance(Duration.ofSeconds(15));
    CountDownLatch latch = new CountDownLatch(1);
    service.waitsFor(latch);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> revalidating = clients.submit(() -> get(one, "/stale/a"));
      Polling.until(Duration.ofSeconds(20), "it asks", () -> service.requests().size() == 2);
      Answer meanwhile = get(other, "/stale/a");
      assertThat(cacheOf(meanwhile)).isEqualTo("stale");
      assertThat(text(meanwhile)).isEqualTo("answer 1");
      latch.countDown();
      assertThat(text(revalidating.get())).isEqualTo("answer 2");
    }
    assertThat(text(get(other, "/stale/a"))).isEqualTo("answer 2");
  }

  @Test
  void nobodyWaitsForAnswersThatAreNotKept() throws Exception {
    service.says("200 ~ Cache-Control: no-store");
    get(one, "/slow/a");
    CountDownLatch latch = new CountDownLatch(1);
    service.waitsFor(latch);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = ask(clients, 4, "/slow/a");
      Polling.until(Duration.ofSeconds(10), "all ask", () -> service.requests().size() == 5);
      latch.countDown();
      for (Future<Answer> answer : answers) {
        assertThat(cacheOf(answer.get())).isEqualTo("miss");
      }
    }
  }

  @Test
  void aRefusedRequestLeavesNoLease() throws IOException {
    get(one, "/narrow/a");
    clock.advance(Duration.ofSeconds(61));
    get(one, "/narrow/b");
    assertThat(get(one, "/narrow/a").code()).isEqualTo("RATE_LIMITED");
    assertThat(FLEET.server().command("KEYS", "cache:*:lease")).isEmpty();
  }

  @Test
  void aFailedRequestLeavesNoLease() throws IOException {
    service.says("");
    assertThat(get(one, "/all/a").status()).isEqualTo(502);
    assertThat(FLEET.server().command("KEYS", "cache:*:lease")).isEmpty();
  }

  @Test
  void theLookUpLeavesWithLimitsAndBreaker() throws IOException {
    try (TurnCountingRelay relay = TurnCountingRelay.to(FLEET.server().address())) {
      FrontDoor door =
          FLEET.environment(Fleet.gateway(sections(service.url())), relay.address(), clock);
      get(door, "/own/warm");
      get(door, "/own/warm");
      int before = relay.turns();
      assertThat(cacheOf(get(door, "/own/warm"))).isEqualTo("hit");
      assertThat(relay.turns() - before).isEqualTo(1);
      assertThat(cacheOf(get(door, "/own/new"))).isEqualTo("miss");
      assertThat(relay.turns() - before).as("the look-up and the keeping").isEqualTo(3);
    }
  }

  @Test
  void aPurgeHoldsAtOnceForEveryCallerAndQuery() throws IOException {
    ApiEvent alice = ApiEvent.of("GET", "/own/a").as("alice", LATER);
    Shop.serve(one, alice);
    get(one, "/own/a");
    get(one, "/own/b");
    Answer purged = purge("{\"route\": \"GET /own/*\", \"path\": \"/own/a\"}");
    assertThat(purged.status()).isEqualTo(200);
    assertThat(text(purged))
        .isEqualTo("{\"purged\":{\"route\":\"GET /own/*\",\"path\":\"/own/a\"}}");
    assertThat(cacheOf(Shop.serve(other, alice))).isEqualTo("miss");
    assertThat(cacheOf(get(other, "/own/a"))).isEqualTo("miss");
    assertThat(cacheOf(get(other, "/own/b"))).isEqualTo("hit");
    assertThat(cacheOf(Shop.serve(other, alice))).isEqualTo("hit");
    assertThat(purge("{\"route\": \"GET /own/*\"}").status()).isEqualTo(200);
    assertThat(cacheOf(get(other, "/own/b"))).isEqualTo("miss");
    assertThat(cacheOf(get(one, "/own/b"))).isEqualTo("hit");
  }

  @Test
  void anAnswerThatWasOnItsWayDoesNotSurviveAPurge() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    service.waitsFor(latch);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> old = clients.submit(() -> get(one, "/all/a"));
      Polling.until(Duration.ofSeconds(20), "it asks", () -> service.requests().size() == 1);
      purge("{\"route\": \"ANY /all/**\"}");
      latch.countDown();
      old.get();
    }
    assertThat(text(get(other, "/all/a"))).isEqualTo("answer 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                              | 422
          {"route": "GET /plain"}                         | 422
          {"route": "GET /own/*", "path": "/all/a"}       | 422
          {"route": "GET /own/*", "path": "own"}          | 422
          {"route": "GET /own/*", "query": "x"}           | 422
          [                                               | 400
          """)
  void aPurgeThatWouldMissIsRefused(String body, int status) throws IOException {
    assertThat(purge(body).status()).isEqualTo(status);
  }

  @Test
  void onlyOperatorsPurge() throws IOException {
    ApiEvent event = ApiEvent.of("POST", "/admin/cache").body("{\"route\": \"GET /own/*\"}");
    assertThat(Shop.serve(one, event).status()).isEqualTo(401);
    assertThat(Shop.serve(one, event.as("alice", LATER, "other")).status()).isEqualTo(403);
    ApiEvent list = ApiEvent.of("GET", "/admin/cache").as("op", LATER, "gateway:admin");
    assertThat(text(Shop.serve(one, list)))
        .contains("\"route\":\"GET /stale/*\",\"ttl_sec\":60,\"shared\":true")
        .doesNotContain("/plain");
  }

  @Test
  void whatIsChangedThroughTheGatewayIsForgotten() throws IOException {
    get(one, "/own/a");
    get(one, "/own/b");
    service.says("400");
    Shop.serve(one, ApiEvent.of("PUT", "/own/a"));
    service.says("200");
    assertThat(cacheOf(get(other, "/own/a"))).isEqualTo("hit");
    Shop.serve(one, ApiEvent.of("PUT", "/own/a"));
    assertThat(cacheOf(get(other, "/own/a"))).isEqualTo("miss");
    assertThat(cacheOf(get(other, "/own/b"))).isEqualTo("hit");
    get(one, "/all/a");
    Shop.serve(one, ApiEvent.of("DELETE", "/all/a"));
    assertThat(cacheOf(get(other, "/all/a"))).isEqualTo("miss");
  }

  @Test
  void headIsServedFromAnAnswerToGetAndKeepsNothingItself() throws IOException {
    assertThat(cacheOf(Shop.serve(one, ApiEvent.of("HEAD", "/all/a")))).isEqualTo("miss");
    assertThat(cacheOf(get(one, "/all/a"))).isEqualTo("miss");
    Answer head = Shop.serve(other, ApiEvent.of("HEAD", "/all/a"));
    assertThat(cacheOf(head)).isEqualTo("hit");
    assertThat(head.body()).isEmpty();
    assertThat(service.requests()).hasSize(2);
    assertThat(service.requests().getFirst()).startsWith("HEAD ");
  }

  @Test
  void whoWantsAKeptAnswerAloneGetsNoOther() throws IOException {
    Answer none = get(one, "/all/a", "Cache-Control", "only-if-cached");
    assertThat(none.status()).isEqualTo(504);
    assertThat(service.requests()).isEmpty();
    get(one, "/all/a");
    assertThat(get(one, "/all/a", "Cache-Control", "only-if-cached").status()).isEqualTo(200);
  }

  @Test
  void withoutRedisRequestsGoPastTheCache() throws IOException {
    get(one, "/all/a");
    FLEET.server().pause();
    try {
      Answer past = get(one, "/all/a", "If-None-Match", "\"x\"");
      assertThat(past.status()).isEqualTo(200);
      assertThat(cacheOf(past)).isEqualTo("bypass");
      assertThat(service.requests().get(1)).contains("If-None-Match: \"x\"\r\n");
      assertThat(purge("{\"route\": \"ANY /all/**\"}").status()).isEqualTo(503);
    } finally {
      FLEET.server().resume();
    }
  }

  @Test
  void aRestartedRedisHasForgottenAndKeepsAgain() throws IOException {
    get(one, "/all/a");
    FLEET.empty();
    FLEET.server().flushScripts();
    assertThat(cacheOf(get(one, "/all/a"))).isEqualTo("miss");
    assertThat(cacheOf(get(one, "/all/a"))).isEqualTo("hit");
  }

  @Test
  void whatCannotBeReadCountsAsNotThere() throws IOException {
    get(one, "/all/a");
    for (String key : FLEET.server().command("KEYS", "cache:{*}:*").split("\n", -1)) {
      FLEET.server().command("HSET", key, "e", "rubbish");
    }
    assertThat(text(get(other, "/all/a"))).isEqualTo("answer 2");
  }

  private List<Future<Answer>> ask(ExecutorService clients, int count, String path)
      throws IOException {
    List<Future<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      FrontDoor door = environment();
      answers.add(clients.submit(() -> get(door, path)));
    }
    return answers;
  }

  private static long looks() {
    return FLEET.server().executed("evalsha") + FLEET.server().executed("eval");
  }

  /** The same caller, of whom the token tells no address. */
  private static ApiEvent nameless(ApiEvent event) {
    Map<String, String> context = new LinkedHashMap<>(event.context());
    context.remove("email");
    return new ApiEvent(event.method(), event.path(), event.headers(), event.body(), context);
  }

  private Answer purge(String body) throws IOException {
    return Shop.serve(
        one,
        ApiEvent.of("POST", "/admin/cache").body(body).of(ISSUER, "op", LATER, "gateway:admin"));
  }

  private static Answer get(FrontDoor door, String path, String... fields) throws IOException {
    return Shop.serve(door, ApiEvent.of("GET", path).with(fields));
  }

  private static String cacheOf(Answer answer) {
    return String.join(", ", answer.all("X-Cache"));
  }

  private static String text(Answer answer) {
    return new String(answer.body(), UTF_8);
  }
}

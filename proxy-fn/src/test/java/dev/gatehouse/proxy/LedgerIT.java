package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dynamo.DynamoTap.Fate;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Headers;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with keys through the whole pipeline, on DynamoDB Local. */
final class LedgerIT {
  private static final String CREATED =
      "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n"
          + "{\"id\":1}";
  private static final Duration FORGOTTEN = Duration.ofMinutes(15).plusSeconds(1);

  private static Shop shop;

  private final ManualClock clock = new ManualClock();
  private final AtomicReference<String> answer = new AtomicReference<>(CREATED);
  private final String key = UUID.randomUUID().toString();
  private RawServer backEnd;
  private FrontDoor door;

  @BeforeAll
  static void open() {
    shop = new Shop(true);
  }

  @AfterAll
  static void shut() {
    shop.close();
  }

  @BeforeEach
  void start() throws IOException {
    shop.clearLimits();
    shop.tap().rule(operation -> Fate.PASS);
    backEnd = new RawServer((request, connection) -> answerTo(connection));
    door = shop.environment(backEnd.url(), clock);
    serve(ApiEvent.of("GET", "/healthz"));
    shop.tap().clear();
  }

  @AfterEach
  void stop() throws IOException {
    backEnd.close();
  }

  @Test
  void aRepeatGetsTheSameAnswerAndTheBackEndOneRequest() throws IOException {
    Answer first = serve(order());
    Answer second = serve(order());
    assertThat(first.status()).isEqualTo(201);
    assertThat(first.all("Idempotent-Replayed")).isEmpty();
    assertThat(second.status()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.all("Content-Type")).isEqualTo(first.all("Content-Type"));
    assertThat(second.all("Idempotent-Replayed")).containsExactly("true");
    assertThat(backEnd.requests())
        .singleElement()
        .satisfies(request -> assertThat(request).contains("Idempotency-Key: " + key + "\r\n"));
  }

  @Test
  void aNewKeyIsTwoWritesARepeatOneRefusedWriteAndNothingIsRead() throws IOException {
    serve(order());
    assertThat(shop.tap().operations()).containsExactly("PutItem", "UpdateItem");
    assertThat(shop.tap().refused()).isEmpty();
    shop.tap().clear();
    serve(order());
    assertThat(shop.tap().operations()).containsExactly("PutItem");
    assertThat(shop.tap().refused()).containsExactly("PutItem");
  }

  @Test
  void aRequestWithoutAKeyTouchesNoStore() throws IOException {
    assertThat(serve(ApiEvent.of("POST", "/maybe").as("alice", Shop.LATER)).status())
        .isEqualTo(201);
    assertThat(serve(with("/never")).status()).isEqualTo(201);
    assertThat(serve(with("/never")).status()).isEqualTo(201);
    assertProblem(
        serve(ApiEvent.of("POST", "/orders").as("alice", Shop.LATER, "buy")),
        400,
        "IDEMPOTENCY_REQUIRED");
    assertThat(shop.tap().operations()).isEmpty();
    assertThat(backEnd.requests()).hasSize(3);
  }

  @Test
  void anotherRequestUnderTheKeyIsAMismatchAndNeverExecuted() throws IOException {
    serve(order().body("{\"seat\":1}"));
    assertProblem(serve(order().body("{\"seat\":2}")), 422, "IDEMPOTENCY_MISMATCH");
    serve(with("/uuids").body("1"));
    assertProblem(serve(with("/uuids").body("2")), 409, "IDEMPOTENCY_CONFLICT");
    assertThat(backEnd.requests()).hasSize(2);
  }

  @Test
  void aKeyIsItsOwnersAndItsRoutesAlone() throws IOException {
    serve(order());
    answer.set(CREATED.replace("1}", "2}"));
    for (ApiEvent other :
        List.of(
            with("/orders").as("bob", Shop.LATER, "buy"),
            with("/orders").of("https://other.example", "alice", Shop.LATER, "buy"),
            with("/orders/7").as("alice", Shop.LATER, "buy"))) {
      Answer fresh = serve(other);
      assertThat(fresh.body()).isEqualTo("{\"id\":2}".getBytes(UTF_8));
      assertThat(fresh.all("Idempotent-Replayed")).isEmpty();
    }
    assertThat(backEnd.requests()).hasSize(4);
  }

  @Test
  void whoIsNotLetInSeesNothingOfARecord() throws IOException {
    serve(order());
    shop.tap().clear();
    Answer anonymous = serve(with("/orders"));
    assertProblem(anonymous, 401, "MISSING_AUTHORIZATION");
    assertProblem(serve(with("/orders").as("alice", Shop.LATER, "look")), 403, "ACCESS_DENIED");
    assertProblem(serve(with("/orders").as("alice", clock.instant(), "buy")), 401, "TOKEN_EXPIRED");
    assertThat(new String(anonymous.body(), UTF_8)).doesNotContain("\"id\"");
    assertThat(anonymous.all("Idempotent-Replayed")).isEmpty();
    assertThat(shop.tap().operations()).isEmpty();
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void limitsAreSpentByRepeatsToo() throws IOException {
    assertThat(serve(with("/limited").as("alice", Shop.LATER)).status()).isEqualTo(201);
    assertThat(serve(with("/limited").as("alice", Shop.LATER)).status()).isEqualTo(201);
    assertProblem(serve(with("/limited").as("alice", Shop.LATER)), 429, "RATE_LIMITED");
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void sessionsAreNotReplayedAndRepeatedFieldsAre() throws IOException {
    answer.set(
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nLink: </a>\r\nLink: </b>\r\nDate: then\r\n"
            + "Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n\u0000\u00ff\r\n");
    Answer first = serve(order());
    Answer second = serve(order());
    assertThat(first.all("Set-Cookie")).containsExactly("a=1");
    assertThat(second.all("Set-Cookie")).isEmpty();
    assertThat(second.all("Date")).isEmpty();
    assertThat(second.all("Link")).containsExactly("</a>", "</b>");
    assertThat(second.body()).containsExactly(0, 0xff, '\r', '\n').isEqualTo(first.body());
  }

  @ParameterizedTest
  @ValueSource(ints = {349 * 1024, 350 * 1024, 351 * 1024, 5 * 1024 * 1024})
  void longAnswersAreReplayedOctetByOctet(int length) throws IOException {
    String text = randomText(length);
    answer.set(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
            + length
            + "\r\n\r\n"
            + text);
    assertThat(serve(order()).status()).isEqualTo(200);
    Answer second = serve(order());
    assertThat(second.all("Idempotent-Replayed")).containsExactly("true");
    assertThat(new String(second.body(), ISO_8859_1)).isEqualTo(text);
    assertThat(backEnd.requests()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "17-7c9e6679-7425-40de-944b-e07fc1f90ae7 | no UUID of version 4",
        "join_1_2 | 8 characters",
        "join_1_2_0123456789 | no UUID of version 4",
        "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7 | no UUID of version 4",
        "{7c9e6679-7425-40de-944b-e07fc1f90ae7} | no UUID of version 4",
        "7c9e66797425-40de-944b-e07fc1f90ae7aaaaaaaa | no UUID of version 4",
        "7c9e6679-7425-10de-944b-e07fc1f90ae7 | no UUID of version 4",
        "7c9e6679-7425-40de-944b-e07fc\u00071f90ae7 | the character U+0007",
        "7c9e6679-7425-40de-944b-e07fc1f90a\u00e9 | the character U+00E9",
        "\"7c9e6679-7425-40de-944b-e07fc1f90ae7 | no closing quote",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7;a=1 | the character ;",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7,7c9e6679-7425-40de-944b-e07fc1f90ae7 | the character ,",
      })
  void malformedKeysAreRefusedWithTheirReason(String malformed, String reason) throws IOException {
    assertInvalid(serve(uuids("Idempotency-Key", malformed)), reason);
  }

  @Test
  void aKeyThatIsTooLongAndTwoFieldsAreRefused() throws IOException {
    assertInvalid(serve(uuids("Idempotency-Key", "k".repeat(256))), "256 characters");
    assertInvalid(serve(uuids("Idempotency-Key", "")), "0 characters");
    assertInvalid(serve(uuids("Idempotency-Key", key, "Idempotency-Key", key)), "2 fields");
  }

  @Test
  void nobodyInParticularNeedsAKeyThatCannotBeGuessed() throws IOException {
    Answer guessable = serve(ApiEvent.of("POST", "/open").with("Idempotency-Key", "k".repeat(20)));
    assertInvalid(guessable, "no UUID of version 4");
    assertThat(serve(with("/open")).status()).isEqualTo(201);
    assertThat(serve(with("/open")).all("Idempotent-Replayed")).containsExactly("true");
  }

  @Test
  void aFaultAfterSendingIsUnknownAndStaysSo() throws IOException {
    answer.set("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(serve(order()).status()).isEqualTo(500);
    answer.set(CREATED);
    assertProblem(serve(order()), 409, "IDEMPOTENCY_UNKNOWN");
    clock.advance(Duration.ofMinutes(5));
    assertProblem(serve(order()), 409, "IDEMPOTENCY_UNKNOWN");
    assertThat(backEnd.requests()).hasSize(1);
    clock.advance(FORGOTTEN.minusMinutes(5));
    assertThat(serve(order()).status()).isEqualTo(201);
  }

  @Test
  void aBackEndThatRecognisesRepeatsIsAskedAgain() throws IOException {
    answer.set("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(serve(with("/again")).status()).isEqualTo(503);
    answer.set(CREATED);
    assertThat(serve(with("/again")).status()).isEqualTo(201);
    assertThat(serve(with("/again")).all("Idempotent-Replayed")).containsExactly("true");
    assertThat(backEnd.requests()).hasSize(3 + 1);
  }

  @Test
  void aBackEndThatDoesNotIsNotAskedAgain() throws IOException {
    answer.set("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(serve(order()).status()).isEqualTo(503);
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void aRefusalBehindACallThatMayHaveArrivedIsUnknown() throws IOException {
    AtomicInteger calls = new AtomicInteger();
    try (RawServer unsteady =
        new RawServer(
            (request, connection) ->
                connection
                    .getOutputStream()
                    .write(
                        (calls.getAndIncrement() == 0
                                ? "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"
                                : "HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(UTF_8)))) {
      FrontDoor there = shop.environment(unsteady.url(), clock);
      assertThat(Shop.serve(there, with("/again")).status()).isEqualTo(429);
      assertThat(calls).hasValue(2);
      assertProblem(Shop.serve(there, with("/again").body("another")), 422, "IDEMPOTENCY_MISMATCH");
    }
  }

  @Test
  void aBackEndThatHangsIsUnknown() throws IOException {
    answer.set("");
    assertProblem(serve(order()), 504, "UPSTREAM_TIMEOUT");
    assertProblem(serve(order()), 409, "IDEMPOTENCY_UNKNOWN");
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void aConnectionThatBreaksAfterSendingIsUnknown() throws IOException {
    answer.set("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf");
    assertProblem(serve(order()), 502, "UPSTREAM_ERROR");
    assertProblem(serve(order()), 409, "IDEMPOTENCY_UNKNOWN");
  }

  @Test
  void whatWasNeverSentFreesTheKey() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    FrontDoor nowhere = shop.environment("http://127.0.0.1:" + port, clock);
    assertProblem(Shop.serve(nowhere, order()), 502, "UPSTREAM_ERROR");
    assertThat(shop.tap().operations()).containsExactly("PutItem", "DeleteItem");
    assertThat(serve(order()).status()).isEqualTo(201);
  }

  @Test
  void anOpenCircuitFreesTheKeyAndLetsReplaysThrough() throws IOException {
    Answer done = serve(order());
    assertThat(done.status()).isEqualTo(201);
    shop.redis().command("HSET", "circuit:{s}", "h", "1");
    assertThat(serve(order()).all("Idempotent-Replayed")).containsExactly("true");
    ApiEvent another =
        ApiEvent.of("POST", "/orders")
            .with("Idempotency-Key", UUID.randomUUID().toString())
            .as("alice", Shop.LATER, "buy");
    assertProblem(serve(another), 503, "CIRCUIT_OPEN");
    assertProblem(serve(another), 503, "CIRCUIT_OPEN");
    assertThat(backEnd.requests()).hasSize(1);
    shop.redis().command("DEL", "circuit:{s}");
    assertThat(serve(another).status()).isEqualTo(201);
    assertThat(backEnd.requests()).hasSize(2);
  }

  @Test
  void refusalsOfTheBackEndAreKeptWhereTheRouteSaysSo() throws IOException {
    answer.set("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
    assertThat(serve(with("/all")).status()).isEqualTo(404);
    assertThat(serve(with("/all")).all("Idempotent-Replayed")).containsExactly("true");
    assertThat(serve(order()).status()).isEqualTo(404);
    assertThat(serve(order()).all("Idempotent-Replayed")).isEmpty();
    answer.set("HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n");
    ApiEvent passing = with("/all").body("passing").as("bob", Shop.LATER);
    assertThat(serve(passing).status()).isEqualTo(429);
    answer.set(CREATED);
    assertThat(serve(passing).status()).isEqualTo(201);
  }

  @Test
  void withoutItsStoreNothingIsExecuted() throws IOException {
    shop.tap().rule(operation -> Fate.LOSE_REQUEST);
    Answer refused = serve(order());
    assertProblem(refused, 503, "SERVICE_UNAVAILABLE");
    assertThat(refused.all("Retry-After")).containsExactly("1");
    assertThat(backEnd.requests()).isEmpty();
    shop.tap().rule(operation -> Fate.PASS);
    assertThat(serve(order()).status()).isEqualTo(201);
  }

  @Test
  void aLostAcknowledgementIsRecognised() throws IOException {
    AtomicReference<Fate> once = new AtomicReference<>(Fate.LOSE_ANSWER);
    shop.tap().rule(operation -> once.getAndSet(Fate.PASS));
    assertThat(serve(order()).status()).isEqualTo(201);
    assertThat(shop.tap().operations()).containsExactly("PutItem", "PutItem", "UpdateItem");
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void aLostAcknowledgementOfTheAnswerIsRecognised() throws IOException {
    AtomicReference<Fate> once = new AtomicReference<>(Fate.LOSE_ANSWER);
    shop.tap()
        .rule(operation -> operation.equals("UpdateItem") ? once.getAndSet(Fate.PASS) : Fate.PASS);
    assertThat(serve(order()).status()).isEqualTo(201);
    assertThat(shop.tap().operations()).containsExactly("PutItem", "UpdateItem", "UpdateItem");
    assertThat(serve(order()).all("Idempotent-Replayed")).containsExactly("true");
  }

  @Test
  void noSuccessIsToldThatIsNotDurable() throws IOException {
    shop.tap().rule(operation -> operation.equals("UpdateItem") ? Fate.LOSE_REQUEST : Fate.PASS);
    Answer first = serve(order());
    assertProblem(first, 503, "SERVICE_UNAVAILABLE");
    assertThat(new String(first.body(), UTF_8)).doesNotContain("\"id\"");
    shop.tap().rule(operation -> Fate.PASS);
    Answer waiting = serve(order());
    assertProblem(waiting, 409, "IDEMPOTENCY_IN_FLIGHT");
    assertThat(waiting.all("Retry-After").getFirst()).matches("10|[1-9]");
    clock.advance(Duration.ofSeconds(10));
    assertProblem(serve(order()), 409, "IDEMPOTENCY_UNKNOWN");
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void aZombieThatWakesAfterItsSuccessorTellsTheSuccessorsAnswer() throws IOException {
    FrontDoor successor = shop.environment(backEnd.url(), clock);
    try (RawServer slow =
        new RawServer(
            (request, connection) -> {
              // Its lease passes by another's clock while the back end answers the first.
              ManualClock fast = new ManualClock();
              fast.advance(Duration.ofMinutes(5));
              FrontDoor ahead = shop.environment(backEnd.url(), fast);
              assertThat(Shop.serve(ahead, with("/again")).status()).isEqualTo(201);
              connection.getOutputStream().write(CREATED.replace("1}", "9}").getBytes(ISO_8859_1));
            })) {
      Answer zombie = Shop.serve(shop.environment(slow.url(), clock), with("/again"));
      assertThat(zombie.status()).isEqualTo(201);
      assertThat(zombie.body()).isEqualTo("{\"id\":1}".getBytes(UTF_8));
    }
    assertThat(Shop.serve(successor, with("/again")).body())
        .isEqualTo("{\"id\":1}".getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 5})
  void aClockThatIsOffExecutesNothingTwice(int minutes) throws IOException {
    serve(order());
    ManualClock off = new ManualClock();
    off.advance(Duration.ofMinutes(minutes));
    FrontDoor other = shop.environment(backEnd.url(), off);
    assertThat(Shop.serve(other, order()).all("Idempotent-Replayed")).containsExactly("true");
    off.advance(Duration.ofMinutes(5).minusSeconds(1));
    assertThat(Shop.serve(other, order()).all("Idempotent-Replayed")).containsExactly("true");
    assertThat(backEnd.requests()).hasSize(1);
  }

  @Test
  void anExpiredRecordIsForgottenThoughTheStoreKeepsIt() throws IOException {
    serve(order());
    clock.advance(FORGOTTEN);
    Answer fresh = serve(order().body("another"));
    assertThat(fresh.status()).isEqualTo(201);
    assertThat(fresh.all("Idempotent-Replayed")).isEmpty();
    assertThat(backEnd.requests()).hasSize(2);
  }

  private void answerTo(Socket connection) throws IOException {
    String octets = answer.get();
    if (octets.isEmpty()) {
      connection.getInputStream().read();
      return;
    }
    connection.getOutputStream().write(octets.getBytes(ISO_8859_1));
    if (octets.endsWith("half")) {
      connection.close();
    }
  }

  private ApiEvent order() {
    return with("/orders").as("alice", Shop.LATER, "buy");
  }

  /** A request of alice's with this test's key. */
  private ApiEvent with(String path) {
    ApiEvent event = ApiEvent.of("POST", path).with("Idempotency-Key", key);
    boolean known = !path.startsWith("/orders") && !path.equals("/open");
    return known ? event.as("alice", Shop.LATER) : event;
  }

  private static ApiEvent uuids(String... namesAndValues) {
    return new ApiEvent("POST", "/uuids", Headers.of(namesAndValues), "", Map.of())
        .as("alice", Shop.LATER);
  }

  private Answer serve(ApiEvent event) throws IOException {
    return Shop.serve(door, event);
  }

  private void assertInvalid(Answer answer, String reason) throws IOException {
    assertProblem(answer, 400, "INVALID_IDEMPOTENCY_KEY");
    assertThat(answer.problem().path("reason").textValue()).startsWith(reason);
    assertThat(shop.tap().operations()).isEmpty();
    assertThat(backEnd.requests()).isEmpty();
  }

  private static void assertProblem(Answer answer, int status, String code) throws IOException {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
  }

  /** Random letters: gzip cannot take away more than the two bits that letters leave free. */
  private static String randomText(int length) {
    Random random = new Random(length);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (' ' + random.nextInt(95)));
    }
    return text.toString();
  }
}

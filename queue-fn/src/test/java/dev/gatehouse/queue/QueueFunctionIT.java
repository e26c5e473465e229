package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Queue;
import dev.gatehouse.config.Reading;
import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.RealDynamo;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.queue.Passes.Verified;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole function with a real Redis and DynamoDB Local, by a clock that the test moves. */
class QueueFunctionIT {
  private static final String TABLE = "Admissions";
  private static final String JOIN = "/api/v1/queue/join";
  private static final String STATUS = "/api/v1/queue/status";
  private static final String ENTER = "/api/v1/queue/enter";
  private static final String LEAVE = "/api/v1/queue/leave";

  private static RealRedis server;
  private static RealDynamo dynamoServer;
  private static AwsSettings settings;
  private static Redis redis;
  private static Dynamo dynamo;
  private static int events;

  private final ManualClock clock = new ManualClock();
  private final String event = "evt-" + ++events;
  private final Keyring keys = Rings.of(Rings.KEY);
  private final Passes passes = new Passes(keys, clock);
  private FrontDoor door = door();

  @BeforeAll
  static void start() {
    server = RealRedis.start();
    redis = RedisLinesIT.connect(server);
    dynamoServer = RealDynamo.start();
    dynamoServer.createTable(TABLE);
    settings = dynamoServer.settings();
    dynamo = new Dynamo();
  }

  @AfterAll
  static void stop() {
    dynamo.close();
    settings.close();
    dynamoServer.close();
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.command("FLUSHALL");
  }

  private FrontDoor door() {
    return door(new DynamoAdmissions(dynamo, TABLE));
  }

  private FrontDoor door(Admissions admissions) {
    return door(admissions, redis);
  }

  private FrontDoor door(Admissions admissions, Redis redis) {
    return QueueFunction.frontDoor(
        gateway(),
        new QueueFunction.Stores(
            RedisLines.at(clock, redis),
            admissions,
            new DynamoOperatorBook(dynamo, TABLE),
            new Slots(redis, RedisLines.at(clock, redis))),
        keys,
        new Revocations(ids -> new AccessFacts.Reading.Known(Map.of()), clock),
        clock);
  }

  private static Gateway gateway() {
    String yaml =
        """
        name: shop
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks", audiences: [shop], algorithms: [RS256]}
        cors: {origins: ["https://app.example.com"]}
        queues:
          onsale: {events: [evt-*], admit: 1/s, capacity: 2, session: 10m}
          single: {admit: 10/s, capacity: 5}
        services: {a: {url: "http://a.internal"}}
        routes: [{match: ANY /x, to: a, allow: public}]
        """;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid invalid -> throw new AssertionError(invalid.faults());
    };
  }

  @Test
  void aVisitorJoinsWaitsAndEnters() throws IOException {
    for (int i = 0; i < 2; i++) {
      enter(join("inside-" + i));
      clock.advance(Duration.ofSeconds(1));
    }
    Answer joined = send(Call.post(JOIN, "{\"event_id\":\"" + event + "\",\"user_id\":\"u\"}"));
    assertThat(joined.status()).isEqualTo(202);
    assertThat(joined.json().path("status").asText()).isEqualTo("waiting");
    assertThat(joined.json().path("position").asLong()).isEqualTo(1);
    assertThat(joined.json().path("position_hint").asLong()).isEqualTo(1);
    assertThat(joined.json().has("eta_sec")).isTrue();
    assertThat(joined.json().path("eta_range_sec")).hasSize(2);
    assertThat(joined.json().path("poll_after_ms").asLong()).isBetween(500L, 30_000L);
    String ticket = ticket(joined);

    Answer refused = enter(ticket);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().path("code").asText()).isEqualTo("NOT_READY");
    assertThat(refused.json().path("status").asInt()).isEqualTo(403);
    assertThat(refused.json().path("queue_status").asText()).isEqualTo("waiting");
    assertThat(refused.json().path("position").asLong()).isEqualTo(1);
    assertThat(refused.json().path("eta_range_sec")).hasSize(2);

    assertThat(send(Call.post(LEAVE, token("inside-0"))).json().path("status").asText())
        .isEqualTo("left");
    clock.advance(Duration.ofSeconds(1));
    Answer status = send(Call.of("GET", STATUS).query("token", ticket));
    assertThat(status.status()).isEqualTo(200);
    assertThat(status.json().path("status").asText()).isEqualTo("ready");
    assertThat(status.json().path("position").asLong()).isZero();
    assertThat(status.json().path("ready_for_entry").asBoolean()).isTrue();
    assertThat(status.json().path("waiting_time").asLong()).isEqualTo(1);
    assertThat(status.json().path("eta_sec").asLong()).isZero();

    Answer entered = enter(ticket);
    assertThat(entered.status()).isEqualTo(200);
    assertThat(entered.json().path("admission").asText()).isEqualTo("granted");
    assertThat(entered.json().path("ttl_sec").asLong()).isEqualTo(600);
    String pass = entered.json().path("reservation_token").asText();
    assertThat(entered.cookie("__Host-gh-pass")).isEqualTo(pass);
    Holder visitor = Holder.visitor(joined.cookie("__Host-gh-visitor"));
    assertThat(passes.verify(pass))
        .isInstanceOfSatisfying(
            Verified.Valid.class,
            valid -> {
              assertThat(valid.pass().holder()).isEqualTo(visitor);
              assertThat(valid.pass().event()).isEqualTo(event);
            });
    clock.advance(Duration.ofSeconds(5));
    assertThat(enter(ticket).json().path("reservation_token").asText()).isEqualTo(pass);
    assertThat(
            send(Call.of("GET", STATUS).header("X-Waiting-Token", ticket))
                .json()
                .path("status")
                .asText())
        .isEqualTo("admitted");
  }

  private String token(String subject) throws IOException {
    return "{\"waiting_token\":\"" + join(subject) + "\"}";
  }

  @Test
  void aSubjectHasOnePlaceOnAllDevices() throws IOException {
    String first = join("alice");
    clock.advance(Duration.ofSeconds(3));
    assertThat(join("alice")).isEqualTo(first);
    assertThat(join("bob")).isNotEqualTo(first);
  }

  @Test
  void aVisitorIsKnownByTheCookieAndARepeatedJoinByItsKey() throws IOException {
    Call call = Call.post(JOIN, "{\"event_id\":\"" + event + "\"}");
    Answer first = send(call);
    String cookie = "a=b; __Host-gh-visitor=" + first.cookie("__Host-gh-visitor");
    assertThat(ticket(send(call.header("Cookie", cookie)))).isEqualTo(ticket(first));
    assertThat(ticket(send(call))).isNotEqualTo(ticket(first));
    Call guessed = call.header("Idempotency-Key", "join-" + event + "-0000000001");
    assertThat(ticket(send(guessed))).isNotEqualTo(ticket(send(guessed)));
    Call keyed = call.header("Idempotency-Key", "7c9e6679-7425-40de-944b-e07fc1f90ae7");
    Answer repeated = send(keyed);
    assertThat(ticket(send(keyed))).isEqualTo(ticket(repeated)).isNotEqualTo(ticket(first));
    assertThat(first.headers().path("Set-Cookie").path(0).asText())
        .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/");
  }

  /** Q6: whatever Redis has forgotten, nobody enters twice. */
  @Test
  void nobodyEntersTwiceThoughRedisForgotEverything() throws IOException {
    String ticket = join("alice");
    Answer entered = enter(ticket);
    Set<String> granted = new LinkedHashSet<>();
    granted.add(entered.json().path("reservation_token").asText());
    for (int loss = 0; loss < 3; loss++) {
      server.command("FLUSHALL");
      clock.advance(Duration.ofSeconds(50));
      Answer again = enter(ticket);
      for (int i = 0; again.status() != 200 && i < 20; i++) {
        clock.advance(Duration.ofSeconds(5));
        again = enter(ticket);
      }
      assertThat(again.status()).isEqualTo(200);
      granted.add(again.json().path("reservation_token").asText());
      assertThat(board().path("serving").asLong()).isEqualTo(1);
    }
    assertThat(granted).hasSize(1);
    Printed.figure("Q6", "3 losses of Redis during a session: 1 admission, 1 pass");
    clock.advance(Duration.ofMinutes(10));
    server.command("FLUSHALL");
    enter(ticket);
    clock.advance(Duration.ofSeconds(46));
    assertThat(enter(ticket).status()).isEqualTo(410);
    clock.advance(Duration.ofSeconds(1));
    assertThat(enter(join("alice")).status()).isEqualTo(200);
  }

  @Test
  void ticketsThatAreNotOursAreUnknown() throws IOException {
    String genuine = join("alice");
    String other =
        new Ticket(new Line("onsale", event), new Holder("x"), 1).write(SigningKey.of(Rings.OTHER));
    for (String ticket : new String[] {"", "x", other, genuine + "x", genuine.substring(1)}) {
      assertProblem(send(Call.of("GET", STATUS).query("token", ticket)), 404, "TOKEN_NOT_FOUND");
      assertProblem(enter(ticket), 404, "TOKEN_NOT_FOUND");
      assertProblem(send(Call.of("DELETE", LEAVE).query("token", ticket)), 404, "TOKEN_NOT_FOUND");
    }
    String elsewhere =
        new Ticket(new Line("single", event), new Holder("x"), 1)
            .write(keys.signing().orElseThrow());
    assertProblem(enter(elsewhere), 404, "NOT_FOUND");
  }

  @Test
  void ticketsFromBeforeTheLastEntryEnterNoMoreThoughRedisForgotThem() throws IOException {
    String first = join("alice");
    clock.advance(Duration.ofSeconds(90));
    String second = join("alice");
    assertThat(second).isNotEqualTo(first);
    clock.advance(Duration.ofSeconds(1));
    assertThat(enter(first).status()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(11));
    server.command("FLUSHALL");
    enter(second);
    clock.advance(Duration.ofSeconds(46));
    assertProblem(enter(second), 410, "TOKEN_EXPIRED");
  }

  @Test
  void oneIdentityWaitsInSeveralLinesEachOfItsOwn() throws IOException {
    String other = "evt-other-" + event;
    String here = join("alice");
    String there = ticket(send(Call.post(JOIN, "{\"event_id\":\"" + other + "\"}").as("alice")));
    String single = ticket(send(Call.post(JOIN, "{\"event_id\":\"single\"}").as("alice")));
    Set<String> passes = new LinkedHashSet<>();
    for (String ticket : new String[] {here, there, single}) {
      Answer entered = enter(ticket);
      assertThat(entered.status()).as(entered.body()).isEqualTo(200);
      passes.add(entered.json().path("reservation_token").asText());
    }
    assertThat(passes).hasSize(3);
    assertThat(board().path("serving").asLong()).isEqualTo(1);
    Slots slots = new Slots(redis, RedisLines.at(clock, redis));
    Queue queue = Queue.serving(gateway().queues().values(), event).orElseThrow();
    String pass = passes.iterator().next();
    assertThat(this.passes.verify(pass))
        .isInstanceOfSatisfying(
            Verified.Valid.class,
            valid -> {
              assertThat(slots.release(queue, valid.pass())).isEqualTo(Slots.Release.RELEASED);
              assertThat(slots.release(queue, valid.pass())).isEqualTo(Slots.Release.NONE_HELD);
            });
    assertThat(board().path("serving").asLong()).isZero();
    assertThat(slots.release(queue, holder("alice"))).isEqualTo(Slots.Release.RELEASED);
  }

  @Test
  void aLookAtTheBoardOfAMadeUpEventLeavesNothing() throws IOException {
    Call board = Call.of("GET", "/api/v1/queue/board").query("event_id", "evt-made-up");
    assertThat(send(board).status()).isEqualTo(200);
    assertThat(server.command("DBSIZE")).isEqualTo("0");
  }

  @Test
  void aTicketEndsAfterADay() throws IOException {
    String ticket = join("alice");
    clock.advance(Duration.ofHours(25));
    assertThat(send(Call.of("GET", STATUS).query("token", ticket)).json().path("status").asText())
        .isEqualTo("expired");
    assertProblem(enter(ticket), 410, "TOKEN_EXPIRED");
  }

  @Test
  void badRequestsAreToldWhatIsWrong() throws IOException {
    assertProblem(send(Call.post(JOIN, "")), 400, "INVALID_REQUEST");
    assertProblem(send(Call.post(JOIN, "[]")), 400, "INVALID_REQUEST");
    assertProblem(send(Call.post(JOIN, "{\"event_id\":7}")), 400, "INVALID_REQUEST");
    assertProblem(
        send(Call.post(JOIN, "{\"event_id\":\"x\",\"event_id\":\"y\"}")), 400, "INVALID_REQUEST");
    assertProblem(send(Call.post(JOIN, "{\"event_id\":\"other\"}")), 404, "NOT_FOUND");
    assertProblem(send(Call.post(JOIN, "{\"event_id\":\"evt-}{x\"}")), 404, "NOT_FOUND");
    assertProblem(send(Call.post(JOIN, "x".repeat(9_000))), 413, "PAYLOAD_TOO_LARGE");
    assertProblem(send(Call.of("GET", JOIN)), 405, "METHOD_NOT_ALLOWED");
    for (String form : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
      Call foreign = Call.post(JOIN, "{\"event_id\":\"single\"}").header("Content-Type", form);
      assertProblem(send(foreign), 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    assertThat(send(Call.post(JOIN, "{\"event_id\":\"single\"}")).status()).isEqualTo(202);
  }

  @Test
  void theBoardIsPublicAndMayBeKeptForTwoSeconds() throws IOException {
    join("a");
    join("b");
    Answer board = send(Call.of("GET", "/api/v1/queue/board").query("event_id", event));
    assertThat(board.header("Cache-Control")).isEqualTo("public, max-age=2");
    assertThat(board.json().path("serving").asLong()).isEqualTo(1);
    assertThat(board.json().path("waiting").asLong()).isEqualTo(1);
    assertThat(board.json().path("rate_per_sec").asDouble()).isEqualTo(1);
    assertThat(board.json().path("state").asText()).isEqualTo("open");
  }

  @Test
  void operatorsNeedTheirScope() throws IOException {
    String path = "/admin/queues/" + event;
    assertProblem(send(Call.of("GET", path)), 401, "MISSING_AUTHORIZATION");
    assertProblem(send(Call.of("GET", path).as("eve", "reservations:write")), 403, "ACCESS_DENIED");
    assertThat(send(Call.of("GET", path).as("op", "gateway:admin")).status()).isEqualTo(200);
  }

  @Test
  void aPauseIsInForceAtOnceToldToEveryoneAndSurvivesTheLossOfRedis() throws IOException {
    enter(join("inside"));
    String ticket = join("waits");
    JsonNode changed = change("{\"state\":\"paused\",\"message\":\"five minutes\"}");
    assertThat(changed.path("state").asText()).isEqualTo("paused");
    clock.advance(Duration.ofSeconds(5));
    assertPaused(ticket);
    server.command("FLUSHALL");
    door = door();
    assertPaused(ticket);
    assertThat(change("{\"state\":\"open\"}").path("message").asText()).isEmpty();
  }

  private void assertPaused(String ticket) throws IOException {
    JsonNode status = send(Call.of("GET", STATUS).query("token", ticket)).json();
    assertThat(status.path("status").asText()).isEqualTo("paused");
    assertThat(status.path("message").asText()).isEqualTo("five minutes");
    assertThat(status.path("eta_sec").isNull()).isTrue();
    assertThat(status.path("eta_range_sec").isNull()).isTrue();
  }

  @Test
  void aClosedQueueTakesNobody() throws IOException {
    change("{\"state\":\"closed\",\"message\":\"sold out\"}");
    Answer refused = send(Call.post(JOIN, "{\"event_id\":\"" + event + "\"}"));
    assertProblem(refused, 403, "ACCESS_DENIED");
    assertThat(refused.json().path("message").asText()).isEqualTo("sold out");
    assertThat(refused.json().path("state").asText()).isEqualTo("closed");
  }

  @Test
  void operatorsChangeRateAndCapacityAndCallMore() throws IOException {
    for (int i = 0; i < 9; i++) {
      join("s" + i);
    }
    JsonNode changed = change("{\"admit\":\"60/1m\",\"capacity\":6}");
    assertThat(changed.path("rate_per_sec").asDouble()).isEqualTo(1);
    assertThat(changed.path("capacity").asLong()).isEqualTo(6);
    Answer called =
        send(
            Call.post("/admin/queues/" + event + "/admit", "{\"n\":100}")
                .as("op", "gateway:admin"));
    assertThat(called.json().path("called").asLong()).isEqualTo(5);
    assertProblem(put("{\"state\":\"ajar\"}"), 422, "VALIDATION_FAILED");
    assertProblem(put("{\"admit\":\"fast\"}"), 422, "VALIDATION_FAILED");
    assertProblem(put("{\"rate\":\"1/s\"}"), 422, "VALIDATION_FAILED");
    assertProblem(put("{\"admit\":\"1/999999999d\"}"), 422, "VALIDATION_FAILED");
    assertProblem(put("{\"capacity\":-1}"), 422, "VALIDATION_FAILED");
    assertProblem(put("{}"), 422, "VALIDATION_FAILED");
    assertProblem(
        send(Call.post("/admin/queues/" + event + "/admit", "{}").as("op", "gateway:admin")),
        422,
        "VALIDATION_FAILED");
  }

  @Test
  void aResetVoidsAllTickets() throws IOException {
    String ticket = join("alice");
    String path = "/admin/queues/" + event + "/reset";
    assertProblem(
        send(Call.post(path, "{\"queue\":\"single\"}").as("op", "gateway:admin")),
        422,
        "VALIDATION_FAILED");
    clock.advance(Duration.ofSeconds(1));
    assertThat(send(Call.post(path, "{\"queue\":\"onsale\"}").as("op", "gateway:admin")).status())
        .isEqualTo(200);
    assertProblem(enter(ticket), 410, "TOKEN_EXPIRED");
    clock.advance(Duration.ofSeconds(1));
    assertThat(enter(join("alice")).status()).isEqualTo(200);
  }

  @Test
  void aConfirmedOrderGivesItsSlotBackOnce() throws IOException {
    enter(join("alice"));
    Slots slots = new Slots(redis, RedisLines.at(clock, redis));
    Holder alice = holder("alice");
    Queue queue = Queue.serving(gateway().queues().values(), event).orElseThrow();
    assertThat(board().path("serving").asLong()).isEqualTo(1);
    assertThat(slots.release(queue, alice)).isEqualTo(Slots.Release.RELEASED);
    assertThat(slots.release(queue, alice)).isEqualTo(Slots.Release.NONE_HELD);
    assertThat(slots.release(queue, holder("bob"))).isEqualTo(Slots.Release.NONE_HELD);
    assertThat(board().path("serving").asLong()).isZero();
  }

  /** A paused store, and one that is gone: no hang, and when to ask again. */
  @Test
  void anOutageOfRedisIsA503WithATime() throws IOException {
    String ticket = join("alice");
    RedisOptions impatient =
        new RedisOptions(Duration.ofMillis(200), Duration.ofSeconds(5), Optional.empty());
    try (Redis leased = RedisLinesIT.connect(server, impatient)) {
      door = door(new DynamoAdmissions(dynamo, TABLE), leased);
      server.pause();
      try {
        for (Call call :
            new Call[] {
              Call.post(JOIN, "{\"event_id\":\"" + event + "\"}"),
              Call.of("GET", STATUS).query("token", ticket),
              Call.post(ENTER, "{\"waiting_token\":\"" + ticket + "\"}"),
              Call.of("DELETE", LEAVE).query("token", ticket),
              Call.of("GET", "/api/v1/queue/board").query("event_id", event),
              Call.of("GET", "/admin/queues/" + event).as("op", "gateway:admin")
            }) {
          Answer answer = send(call);
          assertProblem(answer, 503, "SERVICE_UNAVAILABLE");
          assertThat(answer.header("Retry-After")).isEqualTo("1");
        }
      } finally {
        server.resume();
      }
    }
  }

  @Test
  void anOutageOfDynamoIsA503AndTheEntryIsGrantedOnceItIsBack() throws IOException {
    String ticket = join("alice");
    FrontDoor working = door;
    door = door(new DynamoAdmissions(dynamo, "NoSuchTable"));
    Answer refused = enter(ticket);
    assertProblem(refused, 503, "SERVICE_UNAVAILABLE");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    door = working;
    assertThat(enter(ticket).status()).isEqualTo(200);
    assertThat(board().path("serving").asLong()).isEqualTo(1);
  }

  private static Holder holder(String subject) {
    return Holder.of(
        Principal.fromContext(Call.of("GET", "/").as(subject).context()).orElseThrow());
  }

  private JsonNode board() throws IOException {
    return send(Call.of("GET", "/api/v1/queue/board").query("event_id", event)).json();
  }

  private JsonNode change(String body) throws IOException {
    Answer answer = put(body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private Answer put(String body) throws IOException {
    return send(Call.of("PUT", "/admin/queues/" + event).body(body).as("op", "gateway:admin"));
  }

  private String join(String subject) throws IOException {
    return ticket(send(Call.post(JOIN, "{\"event_id\":\"" + event + "\"}").as(subject)));
  }

  private static String ticket(Answer joined) {
    assertThat(joined.status()).as(joined.body()).isEqualTo(202);
    return joined.json().path("waiting_token").asText();
  }

  private Answer enter(String ticket) throws IOException {
    return send(Call.post(ENTER, "{\"waiting_token\":\"" + ticket + "\"}"));
  }

  private static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().path("code").asText()).isEqualTo(code);
  }

  private Answer send(Call call) throws IOException {
    return Answer.to(call, door);
  }
}

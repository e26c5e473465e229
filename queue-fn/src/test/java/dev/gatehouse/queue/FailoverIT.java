package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.RealDynamo;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealCluster;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply.Answered;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster of three whose replica takes over without the last that its master did. */
class FailoverIT {
  private static final String TABLE = "Admissions";

  /** Not the one that clients and tests ask about the others. */
  private static final int MASTER = 1;

  private final ManualClock clock = new ManualClock();
  private final Keyring keys = Rings.of(Rings.KEY);
  private RealCluster cluster;
  private RealDynamo dynamoServer;
  private AwsSettings settings;
  private Dynamo dynamo;
  private Redis redis;
  private FrontDoor door;
  private String event = "";

  @BeforeEach
  void start() {
    cluster = RealCluster.start();
    event =
        IntStream.range(0, 100)
            .mapToObj(i -> "evt-" + i)
            .filter(name -> cluster.home(new Line("onsale", name).keys().getFirst()) == MASTER)
            .findFirst()
            .orElseThrow();
    dynamoServer = RealDynamo.start();
    dynamoServer.createTable(TABLE);
    settings = dynamoServer.settings();
    dynamo = new Dynamo();
    redis =
        new Redis(
            cluster.address(),
            renewed -> cluster.master(0).login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(20), Optional.empty()),
            InstantSource.system());
    Polling.until(
        Duration.ofSeconds(20), "Redis answers", () -> redis.ping() instanceof Answered<Duration>);
    Lines lines = RedisLines.at(clock, redis);
    door =
        QueueFunction.frontDoor(
            gateway(),
            new QueueFunction.Stores(
                lines,
                new DynamoAdmissions(dynamo, TABLE),
                new DynamoOperatorBook(dynamo, TABLE),
                new Slots(redis, lines)),
            keys,
            new Revocations(ids -> new AccessFacts.Reading.Known(Map.of()), clock),
            clock);
  }

  @AfterEach
  void stop() {
    dynamo.close();
    settings.close();
    dynamoServer.close();
    redis.close();
    cluster.close();
  }

  private static Gateway gateway() {
    String yaml =
        """
        name: shop
        identity:
          issuers:
            - {name: main, issuer: "https://idp.example", jwks: "https://idp.example/jwks", audiences: [shop], algorithms: [RS256]}
        queues: {onsale: {events: [evt-*], admit: 100/s, capacity: 2, session: 10m}}
        services: {a: {url: "http://a.internal"}}
        routes: [{match: ANY /x, to: a, allow: public}]
        """;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid invalid -> throw new AssertionError(invalid.faults());
    };
  }

  /**
   * What the replica missed: an entry, a call and five joins. The joins are back with their polls,
   * at their places; the entry is the same again, with the same pass; and nobody takes its slot.
   */
  @Test
  void aLaggingReplicaRestoresTheOrderAndLetsNobodyInTwice() throws IOException {
    RealRedis replica = cluster.replicaOf(MASTER);
    String first = join("first");
    String pass = entered(first);
    String second = join("second");
    List<String> waiting = joinAll("early", 10);
    cluster.inStep(MASTER);
    cluster.cutOff(replica);
    String secondPass = entered(second);
    waiting.addAll(joinAll("late", 5));
    cluster.master(MASTER).kill();
    cluster.promote(replica);
    Polling.until(
        Duration.ofSeconds(30),
        "the promoted replica answers",
        () -> status(waiting.getFirst()).status() == 200);

    List<String> polling = new ArrayList<>(waiting);
    Collections.shuffle(polling, new Random(1));
    for (String ticket : polling) {
      assertThat(status(ticket).status()).isEqualTo(200);
    }
    assertThat(entered(first)).isEqualTo(pass);
    assertThat(entered(second)).isEqualTo(secondPass);
    assertThat(
            replica.command("ZRANGE", new Line("onsale", event).keys().get(2), "0", "-1").lines())
        .containsExactlyElementsOf(waiting.stream().map(this::holder).toList());
    for (String ticket : waiting) {
      assertThat(enter(ticket).status()).isEqualTo(403);
    }
    Printed.figure("Q6, Q9", "a lagging replica: 15 waiting in order, 2 inside once each");
  }

  private String holder(String ticket) {
    return Ticket.read(ticket, keys).orElseThrow().holder().key();
  }

  private List<String> joinAll(String name, int number) throws IOException {
    List<String> tickets = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      tickets.add(join(name + "-" + i));
    }
    return tickets;
  }

  private String join(String subject) throws IOException {
    clock.advance(Duration.ofMillis(20));
    String body = "{\"event_id\":\"" + event + "\"}";
    Answer joined = Answer.to(Call.post("/api/v1/queue/join", body).as(subject), door);
    assertThat(joined.status()).as(joined.body()).isEqualTo(202);
    return joined.json().path("waiting_token").asText();
  }

  private String entered(String ticket) throws IOException {
    Answer answer = enter(ticket);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("reservation_token").asText();
  }

  private Answer enter(String ticket) throws IOException {
    String body = "{\"waiting_token\":\"" + ticket + "\"}";
    return Answer.to(Call.post("/api/v1/queue/enter", body), door);
  }

  private Answer status(String ticket) {
    try {
      return Answer.to(Call.of("GET", "/api/v1/queue/status").query("token", ticket), door);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

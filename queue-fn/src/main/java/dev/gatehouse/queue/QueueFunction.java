package dev.gatehouse.queue;

import dev.gatehouse.circuit.CircuitWatch;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.config.Queue;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisEnvironment;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The function's parts, put together.
 *
 * @param participants what has something to do around a checkpoint
 */
record QueueFunction(FrontDoor frontDoor, List<Participant> participants) {

  /**
   * Without its line a queue can answer nothing but 503, so it waits longer than who can do without
   * Redis; ten times as long in a fresh environment.
   */
  private static final RedisOptions PATIENT =
      new RedisOptions(
          Duration.ofMillis(200), RedisOptions.DEFAULTS.connectTimeout(), Optional.empty());

  /**
   * The parts for this environment.
   *
   * @param environment REDIS_ENDPOINT, REDIS_SECRET, QUEUE_SECRET, ADMISSIONS_TABLE, ACCESS_TABLE
   */
  static QueueFunction fromEnvironment(Map<String, String> environment) {
    InstantSource clock = InstantSource.system();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock, PATIENT);
    redis.open();
    Gateway gateway = Gateway.fromClassPath();
    Dynamo dynamo = new Dynamo();
    String table = environment.getOrDefault("ADMISSIONS_TABLE", "");
    Revocations revocations = Revocations.in(dynamo, environment, clock);
    Stores stores =
        new Stores(
            new PacedLines(RedisLines.in(redis), gateway, new CircuitWatch(redis, clock)::of),
            new DynamoAdmissions(dynamo, table),
            new DynamoOperatorBook(dynamo, table),
            Slots.in(redis));
    return new QueueFunction(
        frontDoor(gateway, stores, Keyring.in(secrets, environment, clock), revocations, clock),
        List.of(redis, secrets, dynamo, revocations, new Rehearsal(gateway, stores.lines())));
  }

  /** Where the function keeps what it knows. */
  record Stores(Lines lines, Admissions admissions, OperatorBook book, Slots slots) {}

  /** The endpoints behind their front door. */
  static FrontDoor frontDoor(
      Gateway gateway, Stores stores, Keyring keys, Revocations revocations, InstantSource clock) {
    GatewayMetrics metrics = new GatewayMetrics();
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    SecureRandom random = new SecureRandom();
    TermsInForce terms =
        new TermsInForce(stores.book(), (queue, line) -> seed(keys, queue, line), clock);
    Lines lines = new MeteredLines(stores.lines(), metrics);
    Desk desk =
        new Desk(
            gateway.queues().values(), lines, terms, stores.admissions(), stores.slots(), clock);
    Map<String, Content> contents = new LinkedHashMap<>();
    Arrivals arrivals = new Arrivals(keys, random);
    Passes passes = new Passes(keys, clock);
    Words words = new Words(random);
    contents.putAll(new VisitorEndpoints(desk, keys, arrivals, passes, words, metrics).contents());
    PlainRoom plain = new PlainRoom(desk, keys, arrivals, passes, words, metrics);
    contents.putAll(new OperatorEndpoints(desk, lines, stores.book(), terms).contents());
    contents.putAll(new WaitingRoom(gateway, desk, plain, random).contents());
    Endpoints endpoints =
        new Endpoints(gateway, Owner.QUEUE, contents, new Gate(cors, clock, revocations));
    return new FrontDoor(gateway, cors, endpoints, metrics);
  }

  /** Of the line and its opening: another opening is another shuffle. */
  private static String seed(Keyring keys, Queue queue, Line line) {
    return queue
        .opensAt()
        .flatMap(
            opening ->
                keys.lasting().map(key -> key.secret("shuffle/" + line.name() + "/" + opening)))
        .orElse("");
  }

  /** Reads the boards of lines that nobody joins, with each queue's terms. */
  private record Rehearsal(Gateway gateway, Lines lines) implements Participant {
    private static final int ROUNDS = 20;

    @Override
    public void prime() {
      for (Queue queue : gateway.queues().values()) {
        for (int i = 0; i < ROUNDS; i++) {
          lines.board(new Line(queue.name(), "*rehearsal"), Terms.of(queue, ""));
        }
      }
    }
  }
}

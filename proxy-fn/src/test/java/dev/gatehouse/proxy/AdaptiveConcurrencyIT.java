package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Concurrency;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Bulkhead.Slot;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the limit of a service follows its answer times, asked for by two environments. */
final class AdaptiveConcurrencyIT {
  private static final int MOST = 80;
  private static final int LEAST = 4;

  /** Calls that the service works on at a time; what comes beyond waits. */
  private static final int CAPACITY = 10;

  private static final String KIND = "GET /a 2xx";

  private static final RealRedis SERVER = RealRedis.start(RealRedis.Trait.CLUSTER);
  private static final List<Redis> REDIS = List.of(redis(), redis());

  private final ManualClock clock = new ManualClock();
  private final List<Bulkhead> environments =
      REDIS.stream().map(redis -> Bulkhead.at(redis, clock)).toList();
  private final Service service = service(Optional.of(50));
  private final Random random = new Random(7);

  @AfterAll
  static void end() {
    REDIS.forEach(Redis::close);
    SERVER.close();
  }

  @BeforeEach
  void clear() {
    SERVER.command("FLUSHALL");
  }

  @Test
  void aServiceThatSlowsUnderLoadIsBroughtNearWhatItCanServe() {
    IntToLongFunction overloaded = inFlight -> 50L * Math.max(CAPACITY, inFlight);
    run(service, LEAST, 5, overloaded);
    assertThat(limit(service)).isEqualTo(MOST);
    run(service, 60, 15, overloaded);
    for (int i = 0; i < 20; i++) {
      run(service, 60, 1, overloaded);
      assertThat(limit(service)).as("after %s s", 15 + i).isBetween(10L, 29L);
      assertThat(SERVER.command("HGET", "flights:{shop}:limit", "n")).matches("[0-9]+");
    }
    run(service, 60, 40, inFlight -> 500);
    assertThat(limit(service)).as("when it has recovered").isEqualTo(MOST);
  }

  @Test
  void byFailuresAloneItIsNotNoticed() {
    Service old = service(Optional.empty());
    IntToLongFunction overloaded = inFlight -> 50L * Math.max(CAPACITY, inFlight);
    run(old, LEAST, 5, overloaded);
    run(old, 60, 10, overloaded);
    assertThat(limit(old)).isEqualTo(MOST);
  }

  @Test
  void aFastServiceIsNotLimitedByNoise() {
    run(service, LEAST, 5, inFlight -> 2);
    for (int i = 0; i < 20; i++) {
      run(service, 40, 1, inFlight -> random.nextInt(10) == 0 ? 900 : 1 + random.nextInt(6));
      assertThat(limit(service)).isEqualTo(MOST);
    }
  }

  @Test
  void aSteadyServiceIsNotLimitedByWhatIsTolerated() {
    run(service, LEAST, 5, inFlight -> 100);
    for (int i = 0; i < 20; i++) {
      run(service, 40, 1, inFlight -> 100 + random.nextInt(50));
      assertThat(limit(service)).isEqualTo(MOST);
    }
    run(service, 40, 2, inFlight -> 200);
    assertThat(limit(service)).isLessThan(MOST);
  }

  @Test
  void aServiceThatBecameSlowerForGoodIsBelievedAtTheLeast() {
    run(service, LEAST, 5, inFlight -> 500);
    run(service, 60, 50, inFlight -> 950);
    assertThat(limit(service)).as("where root and gradient meet").isBetween(16L, 29L);
    int measuring = 0;
    for (int i = 0; i < 20; i++) {
      run(service, 60, 1, inFlight -> 950);
      measuring += limit(service) == LEAST ? 1 : 0;
    }
    assertThat(measuring).as("seconds").isBetween(1, 5);
    assertThat(limit(service)).as("what it was before").isGreaterThan(16);
    run(service, 60, 30, inFlight -> 950);
    assertThat(limit(service)).isEqualTo(MOST);
  }

  @Test
  void aLowerTimeCorrectsWhatWasFirstSeenUnderLoad() {
    run(service, 60, 6, inFlight -> 3_000);
    run(service, 20, 3, inFlight -> 500);
    assertThat(limit(service)).isEqualTo(MOST);
    run(service, 60, 6, inFlight -> 3_000);
    assertThat(limit(service)).isLessThan(MOST);
  }

  @Test
  void whileNoMoreThanTheLeastAreInFlightNothingIsSlow() {
    run(service, LEAST, 5, inFlight -> 100);
    run(service, LEAST, 20, inFlight -> 2_000);
    assertThat(limit(service)).isEqualTo(MOST);
  }

  @Test
  void kindsAreComparedWithThemselvesAlone() {
    run(service, LEAST, 5, inFlight -> 10);
    round(service, 40, "GET /report 2xx", inFlight -> 3_000);
    round(service, 40, "GET /report 2xx", inFlight -> 3_000);
    assertThat(limit(service)).isEqualTo(MOST);
    run(service, 40, 2, inFlight -> 100);
    assertThat(limit(service)).isLessThan(MOST);
  }

  @Test
  void oneWindowHalvesItAtMostAndAddsTheRoot() {
    run(service, LEAST, 5, inFlight -> 10);
    answered(LEAST, 1, Duration.ofSeconds(1));
    answered(60, 10, Duration.ofSeconds(20));
    assertThat(limit(service)).isEqualTo(MOST / 2 + 8);
    answered(9, 9, Duration.ofSeconds(20));
    assertThat(limit(service)).as("nine answers say nothing").isEqualTo(MOST / 2 + 8);
    answered(5, 1, Duration.ofSeconds(20));
    assertThat(limit(service)).as("less than half in use adds nothing").isEqualTo(24);
    assertThat(taken(service, 60)).hasSize(24);
  }

  @Test
  void kindsThatAreSlowTogetherCountOnce() {
    run(service, LEAST, 5, inFlight -> 10);
    round(service, LEAST, 3, "GET /b 2xx", inFlight -> 10);
    answered(LEAST, 1, Duration.ofSeconds(1));
    List<Slot> slots = taken(service, 60);
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < slots.size(); i++) {
      slots.get(i).answered(i % 2 == 0 ? () -> KIND : () -> "GET /b 2xx", Duration.ofSeconds(1));
      slots.get(i).close();
    }
    assertThat(limit(service)).isEqualTo(MOST / 2 + 8);
  }

  @Test
  void failuresStillLowerIt() {
    List<Slot> slots = taken(service, 5);
    slots.forEach(Slot::failed);
    slots.forEach(Slot::close);
    assertThat(limit(service)).isEqualTo(72);
    for (int i = 0; i < 3; i++) {
      taken(service, 60).forEach(Slot::close);
    }
    assertThat(limit(service)).as("what was not timed says nothing").isEqualTo(72);
  }

  @Test
  void whatIsKeptIsBoundedAndExpires() {
    for (int i = 0; i < 4; i++) {
      taken(service, 60)
          .forEach(
              slot -> {
                slot.answered(() -> KIND, Duration.ofMillis(10));
                slot.close();
              });
    }
    assertThat(SERVER.command("LLEN", "flights:{shop}:times:" + KIND)).isEqualTo("100");
    run(service, 60, 3, inFlight -> 100);
    run(service, 60, 3, inFlight -> 900);
    List<String> keys = SERVER.command("KEYS", "*").lines().toList();
    assertThat(keys).hasSizeBetween(2, 4);
    assertThat(keys)
        .allSatisfy(
            key ->
                assertThat(Long.parseLong(SERVER.command("PTTL", key))).isBetween(1L, 3_600_000L));
    assertThat(SERVER.command("HGET", "flights:{shop}:limit", "n")).matches("[0-9]+");
  }

  @Test
  void answersOfOneCallAreTimedInTheWriteThatGivesThePlaceBack() throws Exception {
    Queue<String> statuses = new ConcurrentLinkedQueue<>();
    try (Fleet fleet = new Fleet();
        RawServer back =
            new RawServer(
                (request, connection) -> {
                  String status = Optional.ofNullable(statuses.poll()).orElse("200 OK");
                  connection
                      .getOutputStream()
                      .write(
                          "HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n"
                              .formatted(status)
                              .getBytes(UTF_8));
                })) {
      FrontDoor door =
          fleet.environment(
              Fleet.gateway(
                  """
                  services: {s: {url: "URL", concurrency: {most: 20, least: 2}}}
                  routes: [{match: "GET /a/*", to: s, allow: public}]
                  """
                      .replace("URL", back.url())));
      long before = fleet.server().executed("evalsha");
      Fleet.get(door, "/a/1");
      Fleet.get(door, "/a/2");
      long scripts = fleet.server().executed("evalsha") - before;
      assertThat(scripts)
          .as("breakers, and a place asked for and given back")
          .isLessThanOrEqualTo(6);
      statuses.addAll(List.of("404 Not Found", "503 Busy", "200 OK", "500 Oops"));
      Fleet.get(door, "/a/3");
      Fleet.get(door, "/a/4");
      Fleet.get(door, "/a/5");
      assertThat(timed(fleet, "2xx")).isEqualTo("2");
      assertThat(timed(fleet, "4xx")).isEqualTo("1");
      assertThat(timed(fleet, "5xx")).isEqualTo("0");
    }
  }

  private static String timed(Fleet fleet, String status) {
    return fleet.server().command("LLEN", "flights:{s}:times:GET /a/* " + status);
  }

  /** So many callers for that long, each asking again when it is answered. */
  private void run(Service called, int callers, int seconds, IntToLongFunction millis) {
    Instant end = clock.instant().plusSeconds(seconds);
    while (clock.instant().isBefore(end)) {
      round(called, callers, KIND, millis);
    }
  }

  private void round(
      Service called, int callers, int times, String kind, IntToLongFunction millis) {
    for (int i = 0; i < times; i++) {
      clock.advance(Duration.ofSeconds(1));
      round(called, callers, kind, millis);
    }
  }

  /** All that get a place are called at once, and wait for the slowest. */
  private void round(Service called, int callers, String kind, IntToLongFunction millis) {
    List<Slot> slots = taken(called, callers);
    List<Duration> times =
        slots.stream().map(_ -> Duration.ofMillis(millis.applyAsLong(slots.size()))).toList();
    clock.advance(times.stream().max(Duration::compareTo).orElseThrow());
    for (int i = 0; i < slots.size(); i++) {
      slots.get(i).answered(() -> kind, times.get(i));
      slots.get(i).close();
    }
  }

  /** Some of the calls in flight are answered, the others were repeated. */
  private void answered(int callers, int timed, Duration time) {
    List<Slot> slots = taken(service, callers);
    clock.advance(time);
    slots.subList(0, timed).forEach(slot -> slot.answered(() -> KIND, time));
    slots.forEach(Slot::close);
  }

  /** The places that so many callers of both environments get. */
  private List<Slot> taken(Service called, int callers) {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int turn = i % environments.size();
      Slot slot =
          environments.get(turn).ask(REDIS.get(turn).flush(), called, Duration.ofMinutes(5));
      if (!slot.taken()) {
        break;
      }
      slots.add(slot);
    }
    return slots;
  }

  private long limit(Service called) {
    return environments.getFirst().standing(called).orElseThrow().limit();
  }

  private static Service service(Optional<Integer> latencyPercent) {
    return SlotHolder.service(Optional.of(new Concurrency(MOST, LEAST, latencyPercent)));
  }

  private static Redis redis() {
    return new Redis(
        SERVER.address(),
        _ -> SERVER.login(),
        new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
        InstantSource.system());
  }
}

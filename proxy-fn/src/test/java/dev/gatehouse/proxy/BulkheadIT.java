package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Concurrency;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.proxy.Bulkhead.Slot;
import dev.gatehouse.proxy.Bulkhead.Standing;
import dev.gatehouse.proxy.Shop.Answer;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BulkheadIT {
  private static final Duration LEASE = SlotHolder.LEASE;

  private static final RealRedis SERVER = RealRedis.start();
  private static final Redis REDIS = redis(SERVER);

  private final ManualClock clock = new ManualClock();
  private final Bulkhead bulkhead = Bulkhead.at(REDIS, clock);

  @AfterAll
  static void end() {
    REDIS.close();
    SERVER.close();
  }

  @BeforeEach
  void clear() {
    SERVER.command("FLUSHALL");
  }

  @Test
  void noMoreAreInFlightThanMayBe() throws Exception {
    Service service = service(3, 3);
    AtomicInteger flying = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Boolean>> calls = new ArrayList<>();
    try (ExecutorService callers = Executors.newFixedThreadPool(12)) {
      for (int i = 0; i < 300; i++) {
        calls.add(callers.submit(() -> call(service, flying, most)));
      }
    }
    int made = 0;
    for (Future<Boolean> call : calls) {
      made += call.get() ? 1 : 0;
    }
    assertThat(most.get()).isBetween(1, 3);
    assertThat(made).isBetween(3, 300);
    assertThat(bulkhead.standing(service)).contains(new Standing(0, 3));
  }

  private static boolean call(Service service, AtomicInteger flying, AtomicInteger most) {
    try (Slot slot = Bulkhead.in(REDIS).ask(REDIS.flush(), service, LEASE)) {
      boolean taken = slot.taken();
      if (taken) {
        most.accumulateAndGet(flying.incrementAndGet(), Math::max);
        assertThat(Bulkhead.in(REDIS).standing(service)).isPresent();
        flying.decrementAndGet();
      }
      return taken;
    }
  }

  @Test
  void aPlaceThatIsNotGivenBackComesBackWithItsLease() {
    Service service = service(1, 1);
    Slot lost = ask(service);
    assertThat(lost.taken()).isTrue();
    clock.advance(LEASE.minusMillis(1));
    assertThat(taken(service)).isFalse();
    clock.advance(Duration.ofMillis(1));
    Slot next = ask(service);
    assertThat(next.taken()).isTrue();
    lost.close();
    assertThat(taken(service)).as("the late one gives nothing back").isFalse();
    next.close();
    assertThat(taken(service)).isTrue();
  }

  @Test
  void whoIsKilledHoldsItsPlaceNoLongerThanItsLease() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SlotHolder.class.getName(),
                Integer.toString(SERVER.address().port()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8))) {
      String line = said.readLine();
      while (line != null && !line.endsWith("held")) {
        line = said.readLine();
      }
      assertThat(line).endsWith("held");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(taken(service(1, 1))).isFalse();
    clock.advance(LEASE);
    assertThat(taken(service(1, 1))).isTrue();
  }

  @Test
  void servicesAndServicesWithoutALimitAreApart() {
    assertThat(ask(service(1, 1)).taken()).isTrue();
    assertThat(taken(service(1, 1))).isFalse();
    assertThat(taken(SlotHolder.service(Optional.empty()))).isTrue();
  }

  @Test
  void theLimitFallsWhileCallsFailAndRisesAgain() {
    Service service = service(20, 4);
    for (int i = 0; i < 5; i++) {
      fail(service);
    }
    assertThat(limit(service)).as("failures together count once").isEqualTo(18);
    for (int i = 0; i < 40; i++) {
      clock.advance(Duration.ofSeconds(1));
      fail(service);
    }
    assertThat(limit(service)).as("never below the least").isEqualTo(4);
    succeed(service, 1, 50);
    assertThat(limit(service)).as("not while it is idle").isEqualTo(4);
    succeed(service, 4, 100);
    assertThat(limit(service)).as("no more than twice what is used").isEqualTo(8);
    succeed(service, 18, 300);
    assertThat(limit(service)).isEqualTo(20);
  }

  @Test
  void withoutRedisNobodyIsRefused() {
    try (RealRedis away = RealRedis.start()) {
      Redis lost = redis(away);
      away.kill();
      for (int i = 0; i < 3; i++) {
        assertThat(Bulkhead.in(lost).ask(lost.flush(), service(1, 1), LEASE).taken()).isTrue();
      }
      lost.close();
    }
  }

  @Test
  void aServiceThatIsFullIsNotCalledByAnyEnvironment() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch answering = new CountDownLatch(1);
    try (Fleet fleet = new Fleet();
        RawServer back =
            new RawServer(
                (request, connection) -> {
                  called.countDown();
                  answering.await(20, TimeUnit.SECONDS);
                  connection
                      .getOutputStream()
                      .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8));
                });
        ExecutorService caller = Executors.newSingleThreadExecutor()) {
      Gateway gateway =
          Fleet.gateway(
              """
              services: {s: {url: "URL", concurrency: 1}}
              routes:
                - {match: GET /a, to: s, allow: public}
                - {match: GET /kept, to: s, allow: public, cache: 60s, fallback: {type: text/plain, body: busy}}
              """
                  .replace("URL", back.url()));
      FrontDoor one = fleet.environment(gateway);
      FrontDoor other = fleet.environment(gateway);
      Future<Answer> first = caller.submit(() -> Fleet.get(one, "/a"));
      assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
      Answer refused = Fleet.get(other, "/a");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.code()).isEqualTo("SERVICE_UNAVAILABLE");
      assertThat(refused.all("Retry-After")).containsExactly("1");
      assertThat(Fleet.get(other, "/kept").all("X-Fallback"))
          .containsExactly("service-unavailable");
      assertThat(back.requests()).hasSize(1);
      answering.countDown();
      assertThat(first.get().status()).isEqualTo(200);
      assertThat(Fleet.get(other, "/a").status()).isEqualTo(200);
      assertThat(fleet.server().command("ZCARD", "flights:{s}")).isEqualTo("0");
    }
  }

  private Slot ask(Service service) {
    return bulkhead.ask(REDIS.flush(), service, LEASE);
  }

  private boolean taken(Service service) {
    try (Slot slot = ask(service)) {
      return slot.taken();
    }
  }

  private void fail(Service service) {
    try (Slot slot = ask(service)) {
      assertThat(slot.taken()).isTrue();
      slot.failed();
    }
  }

  /** So many at once, so many times. */
  private void succeed(Service service, int together, int times) {
    for (int i = 0; i < times; i++) {
      List<Slot> slots = new ArrayList<>();
      for (int j = 0; j < together; j++) {
        slots.add(ask(service));
        slots.getLast().taken();
      }
      slots.forEach(Slot::close);
    }
  }

  private long limit(Service service) {
    return bulkhead.standing(service).orElseThrow().limit();
  }

  private static Service service(int most, int least) {
    return SlotHolder.service(Optional.of(new Concurrency(most, least, Optional.empty())));
  }

  private static Redis redis(RealRedis server) {
    return new Redis(
        server.address(),
        _ -> server.login(),
        new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
        InstantSource.system());
  }
}

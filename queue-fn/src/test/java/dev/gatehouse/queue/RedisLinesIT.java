package dev.gatehouse.queue;

import dev.gatehouse.redis.Polling;
import dev.gatehouse.redis.RealRedis;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisOptions;
import dev.gatehouse.redis.RedisReply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class RedisLinesIT extends LinesContract {
  private static RealRedis server;
  private static Redis redis;

  @BeforeAll
  static void start() {
    server = RealRedis.start(RealRedis.Trait.CLUSTER);
    redis = connect(server);
  }

  static Redis connect(RealRedis server) {
    Redis connected =
        new Redis(
            server.address(),
            renewed -> server.login(),
            new RedisOptions(Duration.ofSeconds(2), Duration.ofSeconds(5), Optional.empty()),
            InstantSource.system());
    Polling.until(
        Duration.ofSeconds(60),
        "Redis is connected",
        () -> connected.ping() instanceof RedisReply.Answered<Duration>);
    return connected;
  }

  @AfterAll
  static void stop() {
    redis.close();
    server.close();
  }

  @BeforeEach
  void empty() {
    server.command("FLUSHALL");
  }

  @Override
  Lines lines() {
    return RedisLines.at(clock, redis);
  }

  @Override
  void lose() {
    server.command("FLUSHALL");
  }
}

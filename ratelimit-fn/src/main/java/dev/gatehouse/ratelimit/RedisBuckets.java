package dev.gatehouse.ratelimit;

import dev.gatehouse.ratelimit.Verdict.Standing;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Limits counted in Redis, by its clock: one script call per group, all groups in one flush. */
final class RedisBuckets implements Buckets {
  private static final RedisScript SCRIPT =
      RedisScript.fromResource(RedisBuckets.class, "limits.lua");

  /** Numbers per limit in the script's answer, behind the first: passed and the level's three. */
  private static final int STRIDE = 4;

  /** Numbers per override, behind those. */
  private static final int OVERRIDE = 5;

  private final Supplier<RedisFlush> flushes;

  private RedisBuckets(Supplier<RedisFlush> flushes) {
    this.flushes = flushes;
  }

  static RedisBuckets in(Redis redis) {
    return new RedisBuckets(redis::flush);
  }

  @Override
  public Buckets joining(RedisFlush flush) {
    return new RedisBuckets(() -> flush);
  }

  @Override
  public Question ask(List<List<Demand>> groups) {
    RedisFlush flush = flushes.get();
    List<Pending<RedisValues>> pending =
        groups.stream()
            .map(group -> flush.add(SCRIPT.call(keys(group), arguments(group))))
            .toList();
    return () -> {
      List<Optional<Verdict>> verdicts = new ArrayList<>(groups.size());
      for (int i = 0; i < groups.size(); i++) {
        verdicts.add(verdict(groups.get(i), pending.get(i)));
      }
      return verdicts;
    };
  }

  private static List<String> keys(List<Demand> group) {
    return group.stream().map(Demand::key).toList();
  }

  static List<String> arguments(List<Demand> group) {
    List<String> arguments = new ArrayList<>(8 * group.size());
    for (Demand demand : group) {
      arguments.add(Long.toString(demand.cost()));
      arguments.add(demand.enforced() ? "1" : "0");
      arguments.addAll(demand.meter().arguments(demand.cost(), demand.taken()));
    }
    return arguments;
  }

  private static Optional<Verdict> verdict(List<Demand> group, Pending<RedisValues> pending) {
    return switch (pending.reply()) {
      case Answered<RedisValues>(RedisValues values) -> Optional.of(verdict(group, values));
      case Unavailable<RedisValues> _ -> Optional.empty();
    };
  }

  private static Verdict verdict(List<Demand> group, RedisValues values) {
    List<Standing> standings = new ArrayList<>(group.size());
    int end = 1 + STRIDE * group.size();
    for (int at = 1; at < end; at += STRIDE) {
      Level level = new Level(values.number(at + 1), values.number(at + 2), values.number(at + 3));
      standings.add(new Standing(values.number(at) == 1, level));
    }
    for (int at = end; at < values.size(); at += OVERRIDE) {
      int place = (int) values.number(at) - 1;
      Standing own = standings.get(place);
      Overridden override = overridden(group.get(place).meter(), values, at);
      standings.set(place, new Standing(own.passed(), own.level(), Optional.of(override)));
    }
    return new Verdict(values.number(0) == 1, standings);
  }

  private static Overridden overridden(Meter meter, RedisValues values, int at) {
    Instant ends = Instant.ofEpochMilli(values.number(at + 1));
    long count = values.number(at + 4);
    return switch (meter) {
      case TokenBucket _ ->
          Overridden.ofBucket(values.number(at + 2), values.number(at + 3), count, ends);
      case SlidingWindow(long _, long length) -> Overridden.ofWindow(count, length, ends);
    };
  }
}

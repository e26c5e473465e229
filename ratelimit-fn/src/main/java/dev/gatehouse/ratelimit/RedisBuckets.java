package dev.gatehouse.ratelimit;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.gatehouse.ratelimit.Verdict.Standing;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisFlush;
import dev.gatehouse.redis.RedisFlush.Pending;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Unavailable;
import dev.gatehouse.redis.RedisScript;
import dev.gatehouse.redis.RedisValues;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Limits counted in Redis, by its clock: one script call per group, all groups in one flush. */
final class RedisBuckets implements Buckets {
  private static final RedisScript SCRIPT =
      RedisScript.fromResource(RedisBuckets.class, "limits.lua");

  /** Of the numbers that the script takes for a limit, those that it takes packed. */
  private static final int PACKED = 7;

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
            .map(group -> flush.add(SCRIPT.binaryCall(keys(group), arguments(group))))
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

  static List<byte[]> arguments(List<Demand> group) {
    List<byte[]> arguments = new ArrayList<>(2 * group.size());
    for (Demand demand : group) {
      List<Long> own = demand.meter().arguments(demand.cost(), demand.taken());
      ByteBuffer packed = ByteBuffer.allocate(PACKED * Double.BYTES).order(LITTLE_ENDIAN);
      packed.putDouble((double) demand.cost()).putDouble(demand.enforced() ? 1 : 0);
      own.subList(0, own.size() - 1).forEach(number -> packed.putDouble(number.doubleValue()));
      arguments.add(packed.array());
      arguments.add(Long.toString(own.getLast()).getBytes(StandardCharsets.US_ASCII));
    }
    return arguments;
  }

  private static Optional<Verdict> verdict(List<Demand> group, Pending<RedisValues> pending) {
    return switch (pending.reply()) {
      case Answered<RedisValues>(RedisValues values) -> Optional.of(verdict(group, values));
      case Unavailable<RedisValues> _ -> Optional.empty();
    };
  }

  static Verdict verdict(List<Demand> group, RedisValues values) {
    long now = values.number(1);
    List<Standing> standings = new ArrayList<>(group.size());
    for (int i = 0; i < group.size(); i++) {
      int at = 2 * i + 2;
      StoredState state = StoredState.of(group.get(i).meter(), values.octets(at + 1), now);
      standings.add(state.standing(values.number(at) == 1, now));
    }
    return new Verdict(values.number(0) == 1, standings);
  }
}

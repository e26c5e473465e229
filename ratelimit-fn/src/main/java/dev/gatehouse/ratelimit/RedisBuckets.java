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
    List<Pending<RedisValues>> pending = new ArrayList<>(groups.size());
    for (List<Demand> group : groups) {
      pending.add(flush.add(SCRIPT.binaryCall(keys(group), arguments(group))));
    }
    return () -> {
      List<Optional<Verdict>> verdicts = new ArrayList<>(groups.size());
      for (int i = 0; i < groups.size(); i++) {
        verdicts.add(verdict(groups.get(i), pending.get(i)));
      }
      return verdicts;
    };
  }

  private static List<String> keys(List<Demand> group) {
    List<String> keys = new ArrayList<>(group.size());
    for (Demand demand : group) {
      keys.add(demand.key());
    }
    return keys;
  }

  static List<byte[]> arguments(List<Demand> group) {
    List<byte[]> arguments = new ArrayList<>(1 + group.size());
    ByteBuffer packed =
        ByteBuffer.allocate(group.size() * PACKED * Double.BYTES).order(LITTLE_ENDIAN);
    arguments.add(packed.array());
    for (Demand demand : group) {
      packed.putDouble((double) demand.cost()).putDouble(demand.enforced() ? 1 : 0);
      for (long number : demand.meter().arguments(demand.cost(), demand.taken())) {
        packed.putDouble((double) number);
      }
      String life = Long.toString(demand.meter().lifeMillis());
      arguments.add(life.getBytes(StandardCharsets.US_ASCII));
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
    long now = values.number(0);
    int number = group.size();
    boolean[] fails = new boolean[number];
    for (int i = number + 1; i < values.size(); i++) {
      fails[(int) values.number(i) - 1] = true;
    }
    boolean admitted = true;
    List<Standing> standings = new ArrayList<>(number);
    for (int i = 0; i < number; i++) {
      Demand demand = group.get(i);
      admitted &= !(fails[i] && demand.enforced());
      StoredState state = StoredState.of(demand.meter(), values.octets(i + 1), now);
      standings.add(state.standing(!fails[i], now));
    }
    return new Verdict(admitted, standings);
  }
}

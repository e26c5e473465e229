package dev.gatehouse.redis;

import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.redis.Exchange.End;
import dev.gatehouse.redis.RedisReply.Answered;
import dev.gatehouse.redis.RedisReply.Reason;
import dev.gatehouse.redis.RedisReply.Unavailable;
import io.lettuce.core.RedisException;
import io.lettuce.core.protocol.AsyncCommand;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Redis, as an environment uses it: one connection, opened by the first use or by {@link #open()}.
 */
public final class Redis implements Participant, AutoCloseable {
  private static final Set<End> ANSWERED = Set.of(End.ANSWERED);

  /**
   * A fresh environment loads classes and runs uncompiled code while it waits, and what it loses
   * there is not Redis's: its first flushes may take ten times the command timeout. With the plain
   * timeout one cold start in three opened the breaker of a healthy Redis (measured on 2 busy
   * cores).
   */
  private static final int FIRST_FLUSHES = 100;

  private static final int FIRST_PATIENCE = 10;

  private final RedisOptions options;
  private final RedisConnection connection;
  private final RedisBreaker breaker;
  private final AtomicInteger answered = new AtomicInteger();

  /**
   * @param clock for the breaker
   */
  public Redis(
      RedisAddress address, RedisLogin.Source logins, RedisOptions options, InstantSource clock) {
    this.options = options;
    this.connection = new RedisConnection(address, options, logins);
    this.breaker = new RedisBreaker(clock);
  }

  /** Starts to open the connection, without waiting. */
  public void open() {
    connection.open();
  }

  /** An empty flush. */
  public RedisFlush flush() {
    return new RedisFlush(this);
  }

  /** One call, in a flush of its own. */
  public <T> RedisReply<T> call(RedisCall<T> call) {
    return flush().add(call).reply();
  }

  /** The time that an empty command takes. */
  public RedisReply<Duration> ping() {
    long before = System.nanoTime();
    return switch (call(RedisCall.ping())) {
      case Answered<String> _ -> new Answered<>(Duration.ofNanos(System.nanoTime() - before));
      case Unavailable<String>(Reason reason, String detail) -> new Unavailable<>(reason, detail);
    };
  }

  @Override
  public void prime() {
    ping();
  }

  @Override
  public void beforeCheckpoint() {
    close();
  }

  @Override
  public void afterRestore() {
    open();
  }

  /**
   * Closes the connection; the next use opens another, and is a fresh environment's again: what
   * failed before, such as the rehearsal of one that waited long for its connection, is over.
   */
  @Override
  public void close() {
    answered.set(0);
    breaker.forget();
    connection.close();
  }

  void send(List<RedisFlush.Pending<?>> calls) {
    if (calls.isEmpty()) {
      return;
    }
    if (!breaker.permits()) {
      calls.forEach(call -> call.fail(Reason.SKIPPED, "failed repeatedly just now"));
      return;
    }
    long start = System.nanoTime();
    Optional<Link> link = connection.link();
    if (link.isEmpty()) {
      breaker.failed();
      calls.forEach(call -> call.fail(Reason.DISCONNECTED, "no connection"));
      return;
    }
    conclude(link.get(), exchange(link.get(), calls, deadline(start)));
  }

  /** One timeout for connection and command together; only a first opening may take longer. */
  private long deadline(long start) {
    boolean fresh = answered.get() < FIRST_FLUSHES;
    long timeout = options.commandTimeout().toNanos() * (fresh ? FIRST_PATIENCE : 1);
    long now = System.nanoTime();
    return now - start < timeout ? start + timeout : now + timeout;
  }

  private static Set<End> exchange(Link link, List<RedisFlush.Pending<?>> calls, long deadline) {
    List<Exchange<?>> exchanges = new ArrayList<>(calls.size());
    calls.forEach(call -> exchanges.add(Exchange.of(call)));
    List<Exchange<?>> unknownScripts = new ArrayList<>(0);
    Set<End> ends = EnumSet.noneOf(End.class);
    try (CallerLoop.Turn turn = link.loop().turn()) {
      write(link, exchanges);
      await(turn, exchanges, deadline);
      for (Exchange<?> exchange : exchanges) {
        End end = exchange.end(deadline);
        if (end == End.UNKNOWN_SCRIPT) {
          unknownScripts.add(exchange.withScript());
        } else {
          ends.add(end);
        }
      }
      if (!unknownScripts.isEmpty()) {
        write(link, unknownScripts);
        await(turn, unknownScripts, deadline);
        unknownScripts.forEach(exchange -> ends.add(exchange.end(deadline)));
      }
    }
    return ends;
  }

  private static void await(CallerLoop.Turn turn, List<Exchange<?>> exchanges, long deadline) {
    for (Exchange<?> exchange : exchanges) {
      turn.runUntil(exchange.command()::isDone, deadline);
    }
  }

  private static void write(Link link, List<Exchange<?>> exchanges) {
    List<AsyncCommand<String, byte[], ?>> commands = new ArrayList<>(exchanges.size());
    exchanges.forEach(exchange -> commands.add(exchange.command()));
    try {
      link.write(commands);
    } catch (RedisException e) {
      commands.forEach(command -> command.completeExceptionally(e));
    }
  }

  private void conclude(Link link, Set<End> ends) {
    if (ends.equals(ANSWERED)) {
      breaker.succeeded();
      answered.incrementAndGet();
      return;
    }
    boolean broken = breaker.failed() || !link.open();
    if (ends.contains(End.MOVED)) {
      connection.becomeCluster();
    }
    if (broken || ends.contains(End.WRONG_SERVER) || ends.contains(End.MOVED)) {
      connection.drop(link);
    }
  }
}

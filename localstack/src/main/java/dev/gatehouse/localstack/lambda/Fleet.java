package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.lambda.Environment.Start;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The environments of one function.
 *
 * <p>An invocation takes a free environment, the one that served last, so that the others can be
 * retired. Where none is free it stands in line, first come first served. Who has stood there for
 * {@code patience} asks for another environment; never more are starting than such invocations
 * wait, nor more in all than the function's bound. Lambda gives each start a core of its own; here
 * all fleets beyond their first environments share the host's {@code starts}, and whoever was
 * served meanwhile needs none. At a reserved concurrency an invocation is throttled at once, as
 * Lambda does; at the bound of this machine, which Lambda does not have, only after {@code line}.
 */
final class Fleet implements Environment.Listener {
  /** Lambda's bound on an initialisation on demand. */
  private static final Duration INIT = Duration.ofSeconds(10);

  /** A snapshot is taken when a version is published; Lambda gives that minutes. */
  private static final Duration SNAPSHOT_INIT = Duration.ofMinutes(2);

  private final FunctionDefinition function;
  private final HostSettings settings;
  private final Factory factory;
  private final Semaphore starts;
  private final FunctionLog log;
  private final Tally tally = new Tally();
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Environment> free = new ArrayDeque<>();
  private final Set<Environment> all = new LinkedHashSet<>();
  private final Deque<Waiter> line = new ArrayDeque<>();
  private int starting;

  /** Starts an environment's process. */
  interface Factory {
    Environment start(Environment.Listener fleet) throws IOException;
  }

  /** What an invocation gets from its fleet. */
  private sealed interface Lease {
    record Granted(Environment environment) implements Lease {}

    record Refused(Outcome outcome) implements Lease {}
  }

  /** One invocation in line. */
  private record Waiter(long sinceNanos, CompletableFuture<Lease> lease) {
    boolean waitedFor(Duration time) {
      return System.nanoTime() - sinceNanos >= time.toNanos();
    }
  }

  /**
   * @param starts how many environments of the host may start at a time
   */
  Fleet(
      FunctionDefinition function,
      HostSettings settings,
      Factory factory,
      Semaphore starts,
      FunctionLog log) {
    this.function = function;
    this.settings = settings;
    this.factory = factory;
    this.starts = starts;
    this.log = log;
  }

  FunctionDefinition function() {
    return function;
  }

  FunctionLog log() {
    return log;
  }

  Outcome invoke(Invocation invocation) throws InterruptedException {
    Outcome outcome =
        switch (take()) {
          case Lease.Granted(Environment environment) ->
              environment.serve(invocation, function.timeout());
          case Lease.Refused(Outcome refusal) -> refusal;
        };
    tally.invoked(outcome);
    log.outcome(invocation.id(), outcome);
    return outcome;
  }

  /** Starts the first environment and tells how that went. */
  Start prewarm() throws InterruptedException {
    lock.lock();
    try {
      starting++;
    } finally {
      lock.unlock();
    }
    return start();
  }

  FunctionStatus status() {
    lock.lock();
    try {
      return tally.status(function, all.size(), all.size() - free.size());
    } finally {
      lock.unlock();
    }
  }

  /** Ends environments that idle, but never the last. */
  void retire() {
    List<Environment> retired = new ArrayList<>();
    lock.lock();
    try {
      while (all.size() - retired.size() > 1
          && !free.isEmpty()
          && free.getFirst().freeFor().compareTo(settings.idle()) > 0) {
        retired.add(free.removeFirst());
      }
    } finally {
      lock.unlock();
    }
    retired.forEach(environment -> environment.end(new Outcome.Crashed("retired")));
  }

  @Override
  public void free(Environment environment) {
    lock.lock();
    try {
      if (!environment.isAlive()) {
        return;
      }
      all.add(environment);
      Waiter first = line.pollFirst();
      if (first == null) {
        free.addLast(environment);
      } else {
        first.lease().complete(new Lease.Granted(environment));
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void dead(Environment environment) {
    lock.lock();
    try {
      all.remove(environment);
      free.remove(environment);
      grow();
    } finally {
      lock.unlock();
    }
  }

  private Lease take() throws InterruptedException {
    Waiter waiter = new Waiter(System.nanoTime(), new CompletableFuture<>());
    lock.lock();
    try {
      Environment environment = free.pollLast();
      if (environment != null) {
        return new Lease.Granted(environment);
      }
      if (isReservedAndTaken()) {
        return new Lease.Refused(new Outcome.Throttled());
      }
      line.addLast(waiter);
      grow();
    } finally {
      lock.unlock();
    }
    return await(waiter);
  }

  private boolean isReservedAndTaken() {
    return function.reservedConcurrency().isPresent()
        && all.size() + line.size() >= function.reservedConcurrency().getAsInt();
  }

  private Lease await(Waiter waiter) throws InterruptedException {
    try {
      return waiter.lease().get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return awaitInLine(waiter);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a lease has no exceptional end", e);
    }
  }

  private Lease awaitInLine(Waiter waiter) throws InterruptedException {
    lock.lock();
    try {
      grow();
    } finally {
      lock.unlock();
    }
    try {
      return waiter.lease().get(settings.line().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return leave(waiter);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a lease has no exceptional end", e);
    }
  }

  private Lease leave(Waiter waiter) {
    lock.lock();
    try {
      boolean stood = line.remove(waiter);
      return stood ? new Lease.Refused(new Outcome.Throttled()) : waiter.lease().join();
    } finally {
      lock.unlock();
    }
  }

  /** Starts what those who wait may have; the lock is held. */
  private void grow() {
    while (starting < wanted()) {
      starting++;
      Thread.ofVirtual().name("start-" + function.name()).start(this::startForLine);
    }
  }

  private int wanted() {
    long impatient =
        all.isEmpty()
            ? Math.min(line.size(), 1)
            : line.stream().filter(waiter -> waiter.waitedFor(settings.patience())).count();
    int places = function.reservedConcurrency().orElse(settings.maxEnvironments()) - all.size();
    return (int) Math.min(impatient, places);
  }

  private void startForLine() {
    try {
      if (isFirst()) {
        startOne();
        return;
      }
      starts.acquire();
      try {
        if (isWanted()) {
          startOne();
        }
      } finally {
        starts.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isFirst() {
    lock.lock();
    try {
      return all.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a start, already counted, still has somebody to serve; else it is counted no more. */
  private boolean isWanted() {
    lock.lock();
    try {
      boolean wanted = starting <= wanted();
      if (!wanted) {
        starting--;
      }
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  private void startOne() throws InterruptedException {
    if (start() instanceof Start.Refused(Outcome outcome)) {
      refuseFirst(outcome);
    }
  }

  /** An initialisation that failed is the answer to the invocation that it was made for. */
  private void refuseFirst(Outcome outcome) {
    lock.lock();
    try {
      Waiter first = line.pollFirst();
      if (first != null) {
        first.lease().complete(new Lease.Refused(outcome));
      }
      grow();
    } finally {
      lock.unlock();
    }
  }

  /** Starts one environment, already counted in {@link #starting}. */
  private Start start() throws InterruptedException {
    Start start = started();
    tally.started(start);
    if (start instanceof Start.Refused(Outcome outcome)) {
      log.line("INIT_REPORT Status: error: " + outcome);
    }
    lock.lock();
    try {
      starting--;
      grow();
    } finally {
      lock.unlock();
    }
    return start;
  }

  private Start started() throws InterruptedException {
    try {
      return factory.start(this).started(function.snapshots() ? SNAPSHOT_INIT : INIT);
    } catch (IOException e) {
      return new Start.Refused(new Outcome.Crashed("no process: " + e.getMessage()));
    }
  }
}

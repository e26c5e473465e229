package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One execution environment: a JVM that serves one invocation at a time.
 *
 * <p>Its life: initialising; with SnapStart parked at {@code restore/next} until its first
 * invocation; then asking for an invocation and answering it, in turn; dead. It is <em>free</em>
 * when it is parked or asks, and it tells its fleet so; whoever takes it from the fleet has it
 * alone until it is free again.
 */
final class Environment {
  /** Lambda's bound on restoring a snapshot, afterRestore hooks included. */
  private static final Duration RESTORE = Duration.ofSeconds(10);

  private final String id;
  private final Listener listener;
  private final long bornNanos = System.nanoTime();
  private final CompletableFuture<Start> start = new CompletableFuture<>();
  private final CompletableFuture<Void> restore = new CompletableFuture<>();
  private final AtomicBoolean alive = new AtomicBoolean(true);
  private volatile CompletableFuture<Invocation> handoff = new CompletableFuture<>();
  private volatile @Nullable Invocation current;
  private volatile @Nullable Process process;
  private volatile long freeSinceNanos = System.nanoTime();

  /** Who is told of an environment's turns. */
  interface Listener {
    void free(Environment environment);

    void dead(Environment environment);
  }

  /** How an initialisation ended. */
  sealed interface Start {
    record Ready(Duration init) implements Start {}

    record Refused(Outcome outcome) implements Start {}
  }

  Environment(String id, Listener listener) {
    this.id = id;
    this.listener = listener;
  }

  String id() {
    return id;
  }

  boolean isAlive() {
    return alive.get();
  }

  Duration freeFor() {
    return Duration.ofNanos(System.nanoTime() - freeSinceNanos);
  }

  /** Gives the environment its process. */
  void runs(Process started) {
    process = started;
    var _ =
        started
            .onExit()
            .thenAccept(
                ended ->
                    end(new Outcome.Crashed("Runtime exited with " + exit(ended.exitValue()))));
  }

  /** Waits until it has initialised, or ends it. */
  Start started(Duration timeout) throws InterruptedException {
    try {
      return start.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      end(new Outcome.TimedOut(timeout));
      return start.join();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an initialisation has no exceptional end", e);
    }
  }

  /** Serves one invocation; only for whoever took this environment from its fleet. */
  Outcome serve(Invocation invocation, Duration timeout) throws InterruptedException {
    current = invocation;
    if (!alive.get()) {
      return new Outcome.Crashed("Runtime exited before the invocation");
    }
    handoff.complete(invocation);
    restore.complete(null);
    try {
      if (!within(RESTORE, invocation.begun())) {
        end(new Outcome.TimedOut(RESTORE));
      } else if (!within(timeout, invocation.outcome())) {
        end(new Outcome.TimedOut(timeout));
      }
      return invocation.outcome().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an invocation has no exceptional end", e);
    }
  }

  private static boolean within(Duration time, CompletableFuture<?> event)
      throws InterruptedException, ExecutionException {
    try {
      event.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** The runtime is at its checkpoint: the answer comes with its first invocation. */
  CompletableFuture<Void> park() {
    ready();
    return restore;
  }

  /** The runtime asks for an invocation. */
  CompletableFuture<Invocation> next() {
    CompletableFuture<Invocation> turn = handoff;
    if (!start.isDone() || !turn.isDone()) {
      ready();
    }
    return turn;
  }

  /** The fleet counts it before its start is over: at no time is it in neither count. */
  private void ready() {
    freeSinceNanos = System.nanoTime();
    listener.free(this);
    start.complete(new Start.Ready(Duration.ofNanos(freeSinceNanos - bornNanos)));
  }

  /** The runtime answers its invocation; false for any other. */
  boolean answer(String invocationId, Outcome outcome) {
    Invocation answered = current;
    if (answered == null || !answered.id().equals(invocationId)) {
      return false;
    }
    current = null;
    handoff = new CompletableFuture<>();
    answered.outcome().complete(outcome);
    return true;
  }

  /** Ends the process for good; whoever waits for its start or its answer gets the reason. */
  void end(Outcome reason) {
    if (!alive.compareAndSet(true, false)) {
      return;
    }
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
    }
    listener.dead(this);
    start.complete(new Start.Refused(reason));
    handoff.cancel(false);
    restore.cancel(false);
    Invocation interrupted = current;
    if (interrupted != null) {
      interrupted.begun().complete(null);
      interrupted.outcome().complete(reason);
    }
  }

  /** A shell's reading: above 128 the status is a signal's number. */
  private static String exit(int status) {
    return status > 128 ? "signal " + (status - 128) : "exit status " + status;
  }
}

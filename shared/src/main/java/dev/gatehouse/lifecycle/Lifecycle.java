package dev.gatehouse.lifecycle;

import dev.gatehouse.telemetry.RequestLog;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one hook that a function registers: primes all participants, then checkpoints them in the
 * opposite order, and restores them in order. An environment that begins without a snapshot is
 * primed at once, all participants side by side: what it loads then, its first request does not
 * wait for (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 *
 * <p>No participant's fault is fatal: a function that starts cold is better than one that does not
 * start. The runtime keeps only a weak reference, so the handler holds the lifecycle.
 */
public final class Lifecycle implements Resource {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private static final Set<String> WITHOUT_SNAPSHOT =
      Set.of("on-demand", "provisioned-concurrency");

  private final List<Participant> participants;

  private Lifecycle(List<Participant> participants) {
    this.participants = participants;
  }

  /** Registers the participants with the runtime; the caller keeps the result. */
  public static Lifecycle register(Participant... participants) {
    String type = System.getenv().getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", "");
    return begin(type, List.of(participants));
  }

  /**
   * @param initializationType whether a checkpoint follows, as Lambda says it; a process without a
   *     type is not one of Lambda's, and nothing is primed
   */
  static Lifecycle begin(String initializationType, List<Participant> participants) {
    Lifecycle lifecycle = new Lifecycle(participants);
    Core.getGlobalContext().register(lifecycle);
    if (WITHOUT_SNAPSHOT.contains(initializationType)) {
      lifecycle.primeTogether();
    }
    return lifecycle;
  }

  private void primeTogether() {
    long started = System.nanoTime();
    List<Thread> threads =
        participants.stream()
            .map(participant -> Thread.ofPlatform().daemon().start(() -> prime(participant)))
            .toList();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
      tell(started);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void prime(Participant participant) {
    attempt("prime", participant, participant::prime);
  }

  /** The first line of every environment; it loads what all others are written with. */
  private void tell(long started) {
    RequestLog.ofNoInvocation()
        .put("participants", participants.size())
        .put("took_ms", Duration.ofNanos(System.nanoTime() - started))
        .write("primed");
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    long started = System.nanoTime();
    participants.forEach(Lifecycle::prime);
    tell(started);
    participants
        .reversed()
        .forEach(participant -> attempt("checkpoint", participant, participant::beforeCheckpoint));
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    participants.forEach(participant -> attempt("restore", participant, participant::afterRestore));
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private static void attempt(String phase, Participant participant, Step step) {
    try {
      step.run();
    } catch (Exception | LinkageError e) {
      LOG.warn("{} failed for {}", phase, participant.getClass().getName(), e);
    }
  }
}

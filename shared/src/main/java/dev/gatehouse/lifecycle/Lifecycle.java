package dev.gatehouse.lifecycle;

import java.util.List;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one hook that a function registers: primes all participants, then checkpoints them in the
 * opposite order, and restores them in order.
 *
 * <p>No participant's fault is fatal: a function that starts cold is better than one that does not
 * start. The runtime keeps only a weak reference, so the handler holds the lifecycle.
 */
public final class Lifecycle implements Resource {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private final List<Participant> participants;

  private Lifecycle(List<Participant> participants) {
    this.participants = participants;
  }

  /** Registers the participants with the runtime; the caller keeps the result. */
  public static Lifecycle register(Participant... participants) {
    Lifecycle lifecycle = new Lifecycle(List.of(participants));
    Core.getGlobalContext().register(lifecycle);
    return lifecycle;
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    participants.forEach(participant -> attempt("prime", participant, participant::prime));
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

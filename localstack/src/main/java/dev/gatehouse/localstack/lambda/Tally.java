package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.lambda.Environment.Start;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.util.concurrent.atomic.LongAdder;

/** What a fleet counts. */
final class Tally {
  private final LongAdder invocations = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder throttles = new LongAdder();
  private final LongAdder coldStarts = new LongAdder();
  private volatile long initMillis;

  void invoked(Outcome outcome) {
    invocations.increment();
    switch (outcome) {
      case Outcome.Answered _ -> {}
      case Outcome.Throttled _ -> throttles.increment();
      case Outcome.Failed _ -> errors.increment();
      case Outcome.TimedOut _ -> errors.increment();
      case Outcome.Crashed _ -> errors.increment();
      case Outcome.TooLarge _ -> errors.increment();
    }
  }

  void started(Start start) {
    coldStarts.increment();
    switch (start) {
      case Start.Ready(var init) -> initMillis = init.toMillis();
      case Start.Refused _ -> errors.increment();
    }
  }

  FunctionStatus status(FunctionDefinition function, int environments, int busy) {
    return new FunctionStatus(
        function.name(),
        function.version(),
        environments,
        busy,
        coldStarts.sum(),
        initMillis,
        invocations.sum(),
        errors.sum(),
        throttles.sum());
  }
}

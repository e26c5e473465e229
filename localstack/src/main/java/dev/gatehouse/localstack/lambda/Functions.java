package dev.gatehouse.localstack.lambda;

import java.time.Duration;

/** The functions of the local cloud, as a service that invokes them sees them: by ARN. */
public interface Functions {

  /**
   * Invokes the function behind an ARN (function, version or alias) and waits for its outcome, at
   * most the function's own timeout.
   */
  Outcome invoke(String arn, byte[] payload, String traceHeader);

  /** What became of one invocation. */
  sealed interface Outcome {

    /** The function answered; the payload is its JSON as it was written. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Answered(byte[] payload) implements Outcome {}

    /** The function reported an error to its runtime. */
    record Failed(String errorType, String errorMessage) implements Outcome {}

    /** The function did not answer within its own timeout. */
    record TimedOut(Duration after) implements Outcome {}

    /** The environment died before it answered. */
    record Crashed(String reason) implements Outcome {}

    /** No environment may be added to the function's. */
    record Throttled() implements Outcome {}

    /** The payload, of the request or of the answer, is above Lambda's 6 MB (its size quota). */
    record TooLarge(long bytes) implements Outcome {}
  }
}

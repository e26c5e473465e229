package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.lambda.Functions.Outcome;

/**
 * Lambda's bound on a payload, of a synchronous invocation and of its answer alike: 6 MB, in its
 * own messages 6,291,556 bytes
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
final class Quota {
  static final int PAYLOAD_BYTES = 6_291_556;

  private Quota() {}

  static Outcome answer(byte[] payload) {
    return payload.length > PAYLOAD_BYTES
        ? new Outcome.TooLarge(payload.length)
        : new Outcome.Answered(payload);
  }
}

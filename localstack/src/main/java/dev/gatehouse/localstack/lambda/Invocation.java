package dev.gatehouse.localstack.lambda;

import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * One invocation on its way through an environment.
 *
 * @param begun when the runtime has taken it: the function's timeout runs from there
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record Invocation(
    String id,
    String arn,
    byte[] payload,
    String traceHeader,
    CompletableFuture<Void> begun,
    CompletableFuture<Outcome> outcome) {

  static Invocation of(String arn, byte[] payload, String traceHeader) {
    return new Invocation(
        UUID.randomUUID().toString(),
        arn,
        payload,
        traceHeader,
        new CompletableFuture<>(),
        new CompletableFuture<>());
  }
}

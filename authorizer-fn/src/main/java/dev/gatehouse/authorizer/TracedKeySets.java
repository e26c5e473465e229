package dev.gatehouse.authorizer;

import dev.gatehouse.telemetry.Tracing;

/** A key set's source, whose questions are subsegments of the request that waits for them. */
record TracedKeySets(KeySetSource source) implements KeySetSource {
  @Override
  public Answer fetch() {
    try (Tracing.Span span = Tracing.remote("jwks")) {
      Answer answer = source.fetch();
      if (answer instanceof Answer.Failed) {
        span.fault();
      }
      return answer;
    }
  }
}

package dev.gatehouse.localstack.api;

import java.time.Duration;
import java.util.List;

/**
 * A REQUEST authorizer of the template.
 *
 * @param sources what must be there and not empty, and by what its results are cached
 * @param ttl how long a result is kept; zero: not at all
 * @param function ARN of the function, version or alias
 * @param permitted whether the function's resource policy lets API Gateway in
 */
record RequestAuthorizer(
    String id, List<Source> sources, Duration ttl, String function, boolean permitted) {

  /** Where a source is found. */
  enum Kind {
    HEADER,
    QUERY,
    STAGE_VARIABLE,
    CONTEXT
  }

  /** One identity source, such as {@code method.request.header.Authorization}. */
  record Source(Kind kind, String name) {}

  RequestAuthorizer {
    sources = List.copyOf(sources);
  }
}

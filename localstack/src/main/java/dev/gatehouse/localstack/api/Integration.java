package dev.gatehouse.localstack.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What answers a method. */
sealed interface Integration {

  /**
   * Lambda proxy integration.
   *
   * @param function ARN of the function, version or alias
   * @param timeout the integration's, at most 29 s
   * @param permitted methods for which the function's resource policy lets API Gateway in
   */
  record Proxy(String function, Duration timeout, Set<String> permitted) implements Integration {}

  /**
   * MOCK, with fixed texts.
   *
   * @param statuses by media type of the request: the {@code statusCode} of the request template
   * @param passes whether a request of another media type would be passed through (WHEN_NO_MATCH)
   * @param responses in the order of the template
   */
  record Mock(Map<String, Integer> statuses, boolean passes, List<MockResponse> responses)
      implements Integration {}

  /**
   * An integration response of a MOCK.
   *
   * @param selection what the status must match; empty: the default
   * @param bodies by media type
   */
  record MockResponse(
      Pattern selection,
      boolean fallback,
      int status,
      List<Header> headers,
      Map<String, String> bodies) {}
}

package dev.gatehouse.localstack.api;

/**
 * Quotas of API Gateway and Lambda that a request can meet. Sources: API Gateway Developer Guide,
 * "Quotas for configuring and running a REST API"; Lambda Developer Guide, "Lambda quotas"; the
 * exact byte counts as Lambda's own error messages state them ("Request must be smaller than
 * 6291456 bytes", "Exceeded maximum allowed payload size (6291556 bytes)").
 */
final class Limits {

  /** Payload size: 10 MB. */
  static final int REQUEST_BYTES = 10 * 1024 * 1024;

  /** Lambda's invocation payload: 6 MB. */
  static final int FUNCTION_REQUEST_BYTES = 6 * 1024 * 1024;

  /** Lambda's response payload: 6 MB and 100 bytes. */
  static final int FUNCTION_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

  /**
   * Total combined size of request line and header values: 10,240 bytes. What API Gateway answers
   * above it is not documented; here 431 through DEFAULT_4XX.
   */
  static final int HEADER_BYTES = 10_240;

  /** ARN length of a method with authorization: 1600 bytes, above it 414. */
  static final int METHOD_ARN_BYTES = 1600;

  /** Resource ARN in an authorizer's policy: 512 characters. */
  static final int POLICY_RESOURCE_LENGTH = 512;

  /** Throttle quota per account and region: 10,000 requests a second, burst 5,000. */
  static final double ACCOUNT_RATE = 10_000;

  static final int ACCOUNT_BURST = 5_000;

  /** Integration timeout: 50 ms to 29 s. */
  static final int TIMEOUT_MILLIS = 29_000;

  /** Authorization result TTL: 300 s by default, at most 3600 s. */
  static final int AUTHORIZER_TTL_SECONDS = 300;

  static final int AUTHORIZER_TTL_MAX_SECONDS = 3600;

  private Limits() {}
}

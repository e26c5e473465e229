package dev.gatehouse.http;

import java.util.Locale;

/**
 * The errors that a client can meet, each with its HTTP status and title; nothing else knows a
 * status.
 */
public enum ErrorCode {
  INVALID_REQUEST(400, "Invalid request"),
  INVALID_PATH(400, "Invalid path"),
  IDEMPOTENCY_REQUIRED(400, "Idempotency-Key required"),
  INVALID_IDEMPOTENCY_KEY(400, "Invalid Idempotency-Key"),
  MISSING_AUTHORIZATION(401, "Authorization required"),
  INVALID_TOKEN_FORMAT(401, "Malformed token"),
  INVALID_TOKEN(401, "Invalid token"),
  TOKEN_EXPIRED(401, "Token expired"),
  INVALID_API_KEY(401, "Invalid API key"),
  ACCESS_DENIED(403, "Access denied"),
  QUEUE_PASS_REQUIRED(403, "Queue pass required"),
  NOT_READY(403, "Not ready"),
  NOT_FOUND(404, "Not found"),
  TOKEN_NOT_FOUND(404, "Unknown ticket"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  IDEMPOTENCY_IN_FLIGHT(409, "Request in progress"),
  IDEMPOTENCY_UNKNOWN(409, "Outcome unknown"),
  IDEMPOTENCY_CONFLICT(409, "Idempotency-Key reused"),
  TICKET_EXPIRED(410, "Ticket expired"),
  PAYLOAD_TOO_LARGE(413, "Payload too large"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  IDEMPOTENCY_MISMATCH(422, "Idempotency-Key reused"),
  VALIDATION_FAILED(422, "Validation failed"),
  RATE_LIMITED(429, "Too many requests"),
  INTERNAL_ERROR(500, "Internal error"),
  UPSTREAM_ERROR(502, "Upstream error"),
  RESPONSE_TOO_LARGE(502, "Response too large"),
  CIRCUIT_OPEN(503, "Circuit open"),
  SERVICE_UNAVAILABLE(503, "Service unavailable"),
  UPSTREAM_TIMEOUT(504, "Upstream timeout");

  private final int status;
  private final String title;

  ErrorCode(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** The {@code code} member; a ticket's expiry shares its name with a token's. */
  public String code() {
    return this == TICKET_EXPIRED ? TOKEN_EXPIRED.name() : name();
  }

  /** The {@code type} member: {@code urn:gatehouse:problem:rate-limited}. */
  public String type() {
    return "urn:gatehouse:problem:" + code().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

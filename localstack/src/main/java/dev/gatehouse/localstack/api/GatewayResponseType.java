package dev.gatehouse.localstack.api;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of answer that API Gateway gives by itself. Statuses: API Gateway Developer Guide,
 * "Gateway response types for API Gateway"; messages and the {@code x-amzn-ErrorType} as observed.
 */
enum GatewayResponseType {
  ACCESS_DENIED(403, "AccessDeniedException", "User is not authorized to access this resource"),
  API_CONFIGURATION_ERROR(500, "InternalServerErrorException", "Internal server error"),
  AUTHORIZER_CONFIGURATION_ERROR(500, "AuthorizerConfigurationException", null),
  AUTHORIZER_FAILURE(500, "AuthorizerFailureException", null),
  BAD_REQUEST_BODY(400, "BadRequestException", "Invalid request body"),
  BAD_REQUEST_PARAMETERS(400, "BadRequestException", "Missing required request parameters"),
  DEFAULT_4XX(400, "BadRequestException", "Bad Request"),
  DEFAULT_5XX(500, "InternalServerErrorException", "Internal server error"),
  EXPIRED_TOKEN(403, "ExpiredTokenException", "The security token included is expired"),
  INTEGRATION_FAILURE(504, "InternalServerErrorException", "Internal server error"),
  INTEGRATION_TIMEOUT(504, "InternalServerErrorException", "Endpoint request timed out"),
  INVALID_API_KEY(403, "ForbiddenException", "Forbidden"),
  INVALID_SIGNATURE(
      403,
      "IncompleteSignatureException",
      "Invalid key=value pair (missing equal-sign) in Authorization header"),
  MISSING_AUTHENTICATION_TOKEN(
      403, "MissingAuthenticationTokenException", "Missing Authentication Token"),
  QUOTA_EXCEEDED(429, "LimitExceededException", "Limit Exceeded"),
  REQUEST_TOO_LARGE(413, "RequestTooLargeException", "Request Too Long"),
  RESOURCE_NOT_FOUND(404, "NotFoundException", "Not Found"),
  THROTTLED(429, "TooManyRequestsException", "Too Many Requests"),
  UNAUTHORIZED(401, "UnauthorizedException", "Unauthorized"),
  UNSUPPORTED_MEDIA_TYPE(415, "BadRequestException", "Unsupported Media Type"),
  WAF_FILTERED(403, "ForbiddenException", "Forbidden");

  private final int status;
  private final String errorType;
  private final @Nullable String message;

  GatewayResponseType(int status, String errorType, @Nullable String message) {
    this.status = status;
    this.errorType = errorType;
    this.message = message;
  }

  int status() {
    return status;
  }

  String errorType() {
    return errorType;
  }

  @Nullable String message() {
    return message;
  }

  /** The type whose gateway response is used where this one has none. */
  GatewayResponseType fallback() {
    return status < 500 ? DEFAULT_4XX : DEFAULT_5XX;
  }
}

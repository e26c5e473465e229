package dev.gatehouse.authorizer;

/**
 * The one way to a 401: API Gateway answers 500 to a failed authorizer unless the message is
 * exactly {@code Unauthorized}.
 */
final class Unauthorized extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unauthorized() {
    super("Unauthorized", null, false, false);
  }
}

package dev.gatehouse.authorizer;

/**
 * The 401 that nobody keeps: API Gateway answers 500 to a failed authorizer unless the message is
 * exactly {@code Unauthorized}.
 */
final class Unauthorized extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unauthorized() {
    super("Unauthorized", null, false, false);
  }
}

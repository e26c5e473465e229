package dev.gatehouse.localstack.api;

/** An authorizer's answer that API Gateway cannot use. */
final class MalformedAuthorization extends RuntimeException {

  MalformedAuthorization(String found, String expected) {
    super("%s (expected: %s)".formatted(found, expected));
  }
}

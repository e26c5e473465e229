package dev.gatehouse.authorizer;

class InMemoryApiKeysTest extends ApiKeysContract {
  private final ApiKeys keys = new InMemoryApiKeys();

  @Override
  ApiKeys keys() {
    return keys;
  }
}

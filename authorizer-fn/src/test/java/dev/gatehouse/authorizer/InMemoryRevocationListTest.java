package dev.gatehouse.authorizer;

class InMemoryRevocationListTest extends RevocationListContract {
  private final RevocationList list = new InMemoryRevocationList();

  @Override
  RevocationList list() {
    return list;
  }
}

package dev.gatehouse.idempotency;

final class InMemoryLedgerTest extends LedgerContract {
  private final LedgerStore store = new InMemoryLedger();

  @Override
  LedgerStore store() {
    return store;
  }
}

package dev.gatehouse.idempotency;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A store that loses one write's request or acknowledgement. */
final class LossyStore implements LedgerStore {
  private final LedgerStore store;
  private boolean retried;
  private Loss next = Loss.NOTHING;

  LossyStore(LedgerStore store) {
    this.store = store;
  }

  enum Loss {
    NOTHING,
    REQUEST,
    ACKNOWLEDGEMENT
  }

  void loseNext(Loss loss) {
    next = loss;
  }

  /** The next claim is written twice, as the SDK does when the first answer does not come. */
  void retryNext() {
    retried = true;
  }

  @Override
  public Optional<LedgerRecord> claim(LedgerRecord record, Instant now, boolean takeover) {
    if (retried) {
      retried = false;
      store.claim(record, now, takeover);
    }
    return lossy(() -> store.claim(record, now, takeover));
  }

  @Override
  public Settled settle(String id, Guard guard, Settlement settlement) {
    return lossy(() -> store.settle(id, guard, settlement));
  }

  @Override
  public boolean release(String id, Guard guard) {
    return lossy(() -> store.release(id, guard));
  }

  @Override
  public Optional<LedgerRecord> find(String id) {
    return store.find(id);
  }

  @Override
  public void putPart(Part part) {
    store.putPart(part);
  }

  @Override
  public List<byte[]> parts(String id, String owner) {
    return store.parts(id, owner);
  }

  private <T> T lossy(Supplier<T> write) {
    Loss loss = next;
    next = Loss.NOTHING;
    if (loss == Loss.REQUEST) {
      throw new LedgerUnavailable(new IOException("request lost"), true);
    }
    T written = write.get();
    if (loss == Loss.ACKNOWLEDGEMENT) {
      throw new LedgerUnavailable(new IOException("acknowledgement lost"), true);
    }
    return written;
  }
}

package dev.gatehouse.idempotency;

/** The ledger's store did not answer, or refused to. */
public final class LedgerUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean ambiguous;

  /**
   * @param ambiguous whether a write may have happened all the same
   */
  LedgerUnavailable(Throwable cause, boolean ambiguous) {
    super(cause.getClass().getSimpleName(), cause);
    this.ambiguous = ambiguous;
  }

  boolean isAmbiguous() {
    return ambiguous;
  }

  /** The fault's class, for the log. */
  String reason() {
    return String.valueOf(getMessage());
  }
}

package dev.gatehouse.idempotency;

/** What became of an operator's word. */
public sealed interface Resolution {
  record Resolved() implements Resolution {}

  /** No record counts under this key. */
  record NotFound() implements Resolution {}

  /** The record is done, in flight, or changed meanwhile. */
  record NotUnknown(Standing standing) implements Resolution {}
}

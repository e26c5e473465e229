/**
 * The idempotency ledger: a request that is sent twice acts once.
 *
 * <p>{@link dev.gatehouse.idempotency.Ledger} holds the protocol and its invariants. A request's
 * {@link dev.gatehouse.idempotency.IdempotencyKey}, its {@link dev.gatehouse.idempotency.Claimant}
 * and its route name one record ({@link dev.gatehouse.idempotency.RecordId}); {@link
 * dev.gatehouse.idempotency.Fingerprint} tells whether it is the same request. {@code begin} gives
 * one {@link dev.gatehouse.idempotency.Outcome}; who may proceed holds a {@link
 * dev.gatehouse.idempotency.Fence}, and only with it can the record be completed, released or
 * marked unknown.
 *
 * @see <a
 *     href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">draft-ietf-httpapi-idempotency-key-header</a>
 */
@NullMarked
package dev.gatehouse.idempotency;

import org.jspecify.annotations.NullMarked;

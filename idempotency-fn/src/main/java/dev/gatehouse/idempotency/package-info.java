/** The idempotency ledger Not in force in this version: {@code gateway.yaml} may already say it. */
@NullMarked
package dev.gatehouse.idempotency;

import org.jspecify.annotations.NullMarked;

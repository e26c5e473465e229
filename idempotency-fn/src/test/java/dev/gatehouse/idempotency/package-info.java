@NullMarked
package dev.gatehouse.idempotency;

import org.jspecify.annotations.NullMarked;

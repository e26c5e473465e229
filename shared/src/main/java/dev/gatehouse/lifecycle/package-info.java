/**
 * SnapStart: what happens around a checkpoint of a function's memory.
 *
 * <p>Nothing of init time may matter after a restore: connections are closed before the checkpoint
 * and opened by their first use, ages are re-checked by the wall clock, randomness comes from
 * {@code SecureRandom}. Only this package knows {@code org.crac}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-java.html">AWS:
 *     SnapStart runtime hooks</a>
 */
@NullMarked
package dev.gatehouse.lifecycle;

import org.jspecify.annotations.NullMarked;

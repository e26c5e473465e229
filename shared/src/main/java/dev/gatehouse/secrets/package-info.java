/**
 * Secrets Manager as a function uses it: values by name, read through Powertools Parameters, kept
 * for a bounded time by the wall clock, never in a message.
 */
@NullMarked
package dev.gatehouse.secrets;

import org.jspecify.annotations.NullMarked;

/**
 * The state of services' circuit breakers, as Redis keeps it for all functions: the proxy changes
 * it, the queue goes by it.
 */
@NullMarked
package dev.gatehouse.circuit;

import org.jspecify.annotations.NullMarked;

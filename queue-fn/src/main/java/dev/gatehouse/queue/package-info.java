/** The virtual queue Not in force in this version: {@code gateway.yaml} may already say it. */
@NullMarked
package dev.gatehouse.queue;

import org.jspecify.annotations.NullMarked;

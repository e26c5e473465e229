/** Tests of the configuration. */
@NullMarked
package dev.gatehouse.config;

import org.jspecify.annotations.NullMarked;

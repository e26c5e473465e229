/** Rules that every module of functions is held to; it reaches them in the test jar. */
@NullMarked
package dev.gatehouse.house;

import org.jspecify.annotations.NullMarked;

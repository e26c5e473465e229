/** JSON read and written by hand-placed calls, without reflection. */
@NullMarked
package dev.gatehouse.json;

import org.jspecify.annotations.NullMarked;

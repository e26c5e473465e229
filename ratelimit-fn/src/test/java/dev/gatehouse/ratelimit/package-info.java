@NullMarked
package dev.gatehouse.ratelimit;

import org.jspecify.annotations.NullMarked;

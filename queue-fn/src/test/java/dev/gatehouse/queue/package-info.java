@NullMarked
package dev.gatehouse.queue;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.gatehouse.dynamo;

import org.jspecify.annotations.NullMarked;

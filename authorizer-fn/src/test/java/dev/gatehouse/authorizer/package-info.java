@NullMarked
package dev.gatehouse.authorizer;

import org.jspecify.annotations.NullMarked;

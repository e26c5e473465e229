/**
 * Who is calling, as the authorizer found it and as every other function reads it, and the one
 * guard that decides whether such a caller may use a route.
 */
@NullMarked
package dev.gatehouse.identity;

import org.jspecify.annotations.NullMarked;

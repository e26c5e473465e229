/** What of the authorizer can be measured only from within. */
@NullMarked
package dev.gatehouse.authorizer;

import org.jspecify.annotations.NullMarked;

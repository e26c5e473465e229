/** Tests of the stacks: pure ones, and assertions on templates that are synthesized once. */
@NullMarked
package dev.gatehouse.cdk;

import org.jspecify.annotations.NullMarked;

/** DynamoDB as a function uses it: one client, bounded in time, let go before a checkpoint. */
@NullMarked
package dev.gatehouse.dynamo;

import org.jspecify.annotations.NullMarked;

/**
 * The virtual queue: one place per subject, first come first served, at the rate that the service
 * behind it can take.
 *
 * <p>Every event has a {@link dev.gatehouse.queue.Line}, kept in Redis by {@link
 * dev.gatehouse.queue.RedisLines}. The order is carried by signed tickets, so the loss of Redis
 * loses no place; who entered is recorded in DynamoDB, so it lets nobody in twice; whoever has
 * entered shows a signed pass, which is verified without any store.
 */
@NullMarked
package dev.gatehouse.queue;

import org.jspecify.annotations.NullMarked;

/**
 * One connection to Redis (Valkey), and the calls that go over it.
 *
 * <p>{@link dev.gatehouse.redis.RedisCall}s are collected in a {@link
 * dev.gatehouse.redis.RedisFlush} and leave together: whatever a request wants from Redis costs one
 * round trip. A reply is {@link dev.gatehouse.redis.RedisReply.Answered} or {@link
 * dev.gatehouse.redis.RedisReply.Unavailable}; an outage is an expected outcome and never an
 * exception. A call waits at most one command timeout (25 ms unless told otherwise), and a
 * {@linkplain dev.gatehouse.redis.RedisBreaker breaker} keeps an outage from costing every request
 * that much.
 *
 * <p>Nothing is queued and nothing is sent twice: a command whose connection breaks is answered
 * {@code Unavailable}, though the server may have executed it.
 *
 * <p>Lettuce's types stop at this package.
 */
@NullMarked
package dev.gatehouse.redis;

import org.jspecify.annotations.NullMarked;

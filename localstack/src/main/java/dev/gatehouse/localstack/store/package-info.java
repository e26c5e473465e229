/**
 * What the functions keep and read in the cloud, on one machine: Redis (as ElastiCache Serverless
 * offers it), DynamoDB, Secrets Manager, and the X-Ray daemon.
 *
 * <p>{@link dev.gatehouse.localstack.store.RedisServer} and {@link
 * dev.gatehouse.localstack.store.DynamoServer} are processes of their own; {@link
 * dev.gatehouse.localstack.store.SecretsEndpoint} and {@link
 * dev.gatehouse.localstack.store.XrayReceiver} listen in the run's. {@link
 * dev.gatehouse.localstack.store.DeployedStores} fills them from a resolved assembly.
 */
@NullMarked
package dev.gatehouse.localstack.store;

import org.jspecify.annotations.NullMarked;

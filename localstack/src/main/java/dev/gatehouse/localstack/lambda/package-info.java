/**
 * Lambda on one machine: each function runs from its archive in processes of its own, under AWS's
 * Runtime Interface Client.
 *
 * <p>A {@link dev.gatehouse.localstack.lambda.LambdaHost} holds one {@code Fleet} of environments
 * per function. An {@code Environment} is one JVM with the template's handler, memory and
 * environment variables; it serves one invocation at a time and speaks to its {@code RuntimeApi}
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). A fleet grows while invocations
 * wait and shrinks when environments idle.
 *
 * <p>SnapStart: a published version's first environment initialises, runs its beforeCheckpoint
 * hooks and stays parked at {@code restore/next}, which is the snapshot; the first invocation
 * restores it. A JVM cannot be copied, so an environment added under load initialises and restores
 * in one go.
 */
@NullMarked
package dev.gatehouse.localstack.lambda;

import org.jspecify.annotations.NullMarked;

/**
 * DynamoDB Local behind a listener on the loopback interface, as a process of its own.
 *
 * <p>The library's own {@code ServerRunner} has no option for the address and listens on every
 * interface; its request handler is public, so one class gives it a server of ours.
 */
@NullMarked
package dev.gatehouse.localstack.dynamodb;

import org.jspecify.annotations.NullMarked;

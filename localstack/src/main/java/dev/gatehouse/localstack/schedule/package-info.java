/**
 * EventBridge's scheduled rules on one machine: {@link dev.gatehouse.localstack.schedule.Schedules}
 * invokes the targets of a template's {@code AWS::Events::Rule}s at their rates.
 *
 * <p>What the local run does not do as EventBridge would is refused when the template is read, with
 * the property's name: cron expressions, event patterns, inputs of a target's own, retries.
 */
@NullMarked
package dev.gatehouse.localstack.schedule;

import org.jspecify.annotations.NullMarked;

/**
 * Gatehouse on one machine: {@link dev.gatehouse.localstack.LocalRun} synthesizes the stacks of a
 * gateway and runs what was synthesized; {@link dev.gatehouse.localstack.Synthesis} is the CDK app
 * as a process of its own; {@link dev.gatehouse.localstack.ControlApi} steers a run from outside.
 */
@NullMarked
package dev.gatehouse.localstack;

import org.jspecify.annotations.NullMarked;

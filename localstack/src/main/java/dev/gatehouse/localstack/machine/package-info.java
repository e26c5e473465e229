/**
 * What a local run takes from its machine: one folder for its files, child processes that never
 * outlive it, and listeners on the loopback interface.
 *
 * <p>A {@link dev.gatehouse.localstack.machine.RunFolder} holds everything that a run writes. A
 * {@link dev.gatehouse.localstack.machine.Warden} outlives the run by a moment, however the run
 * ends, and takes its processes and its folder away. A {@link
 * dev.gatehouse.localstack.machine.Loopback} is an HTTP server that only this machine reaches.
 */
@NullMarked
package dev.gatehouse.localstack.machine;

import org.jspecify.annotations.NullMarked;

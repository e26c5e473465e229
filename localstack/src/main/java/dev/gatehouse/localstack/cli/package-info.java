/**
 * The command line: {@code gatehouse local}, {@code token}, {@code check}, {@code keys}, {@code
 * queue}, {@code synth}.
 *
 * <p>Answers go to stdout and nothing else does; progress, notes and faults go to stderr. Exit
 * codes: 0 done, 1 failed, 2 a faulty gateway.yaml or wrong arguments, 3 a machine that cannot (a
 * port in use, no Node.js).
 */
@NullMarked
package dev.gatehouse.localstack.cli;

import org.jspecify.annotations.NullMarked;

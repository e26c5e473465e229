/**
 * {@code gateway.yaml} as immutable records.
 *
 * <p>{@link dev.gatehouse.config.GatewayReader} reads the file once and reports all faults
 * together, each with its line, what was found and what was expected; everything else takes the
 * records. CDK, the functions and the command line read the same file with the same reader; a
 * function finds it on its class path ({@link dev.gatehouse.config.Gateway#fromClassPath}).
 * Defaults are stated where a record's component is described.
 *
 * <p>What the file may hold is described once, as forms ({@code GatewayForm}): the reader checks
 * files against them, and {@link dev.gatehouse.config.GatewaySchema} writes them down as {@code
 * docs/gateway.schema.json} for editors. What forms cannot say (names that exist, values that fit
 * each other) stands in one section class for each part of the file. A new setting is a key in its
 * form, a component of its record, and a line in its section.
 *
 * <p>{@link dev.gatehouse.config.RouteTable} decides which route serves a request, for API
 * Gateway's resources and for the pipeline alike. {@link dev.gatehouse.config.PendingSettings}
 * lists what a version accepts without acting on it, and what it refuses.
 */
@NullMarked
package dev.gatehouse.config;

import org.jspecify.annotations.NullMarked;

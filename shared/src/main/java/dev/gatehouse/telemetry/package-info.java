/**
 * What a function tells its operators: one log line per request, metrics in CloudWatch's embedded
 * format, X-Ray subsegments, and the trace context that it hands on.
 */
@NullMarked
package dev.gatehouse.telemetry;

import org.jspecify.annotations.NullMarked;

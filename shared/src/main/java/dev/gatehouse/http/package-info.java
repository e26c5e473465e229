/**
 * HTTP as the functions see it: requests and responses without Lambda's event types.
 *
 * <p>{@link dev.gatehouse.http.ApiGatewayCodec} turns API Gateway's events into {@link
 * dev.gatehouse.http.GatewayRequest} and back; {@link dev.gatehouse.http.CanonicalPath} decides
 * once what a path means; {@link dev.gatehouse.http.Problem} writes every error; {@link
 * dev.gatehouse.http.StandardHeaders} and {@link dev.gatehouse.http.CorsPolicy} finish every
 * answer.
 */
@NullMarked
package dev.gatehouse.http;

import org.jspecify.annotations.NullMarked;

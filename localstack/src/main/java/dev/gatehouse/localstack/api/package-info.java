/**
 * API Gateway's REST API (v1) on one machine, built from the resources of a resolved template.
 *
 * <p>{@link dev.gatehouse.localstack.api.RestApi} is one Jetty handler; {@link
 * dev.gatehouse.localstack.api.ApiServer} puts it on a port, after other handlers if there are any.
 * A request goes: web ACL ({@code Firewall}) - target and sizes ({@code Target}, {@code Limits}) -
 * resource tree ({@code RouteTree}) - throttle - authorizer ({@code Authorizers}, {@code Policy}) -
 * integration ({@code ProxyEvent}, the function, {@code ProxyResponse}, {@code HeaderRules}).
 * Whatever API Gateway answers by itself is a {@code Refusal}, written by {@code GatewayResponses}.
 *
 * <p>The stage answers at the root, as behind a custom domain with an empty base path: {@code
 * requestContext.path} equals {@code path}.
 *
 * <p>No emulator may be kinder than what it stands for. Where AWS's documentation and observations
 * of the service are silent or differ, the stricter reading is built, and the class that holds it
 * says so.
 */
@NullMarked
package dev.gatehouse.localstack.api;

import org.jspecify.annotations.NullMarked;

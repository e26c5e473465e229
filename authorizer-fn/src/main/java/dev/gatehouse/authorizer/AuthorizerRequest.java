package dev.gatehouse.authorizer;

import dev.gatehouse.http.Headers;

/**
 * What API Gateway asks.
 *
 * @param stage the stage that the answer is for
 * @param method the HTTP method that was called, for the log alone
 * @param resource the resource's path pattern, for the log alone
 * @param clientAddress the peer's address, or what trusted proxies say it is
 * @param requestId API Gateway's id of the request
 */
record AuthorizerRequest(
    ApiStage stage,
    String method,
    String resource,
    Headers headers,
    String clientAddress,
    String requestId) {}

package dev.gatehouse.localstack.api;

import java.util.Optional;

/**
 * A method of a resource.
 *
 * @param resourcePath such as {@code /orders/{id}}
 * @param verb such as {@code GET}, or {@code ANY}
 * @param authorizer empty: open to everyone
 */
record ApiMethod(
    String resourceId,
    String resourcePath,
    String verb,
    Optional<RequestAuthorizer> authorizer,
    Integration integration) {}

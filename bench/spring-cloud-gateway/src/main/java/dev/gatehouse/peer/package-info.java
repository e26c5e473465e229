/**
 * A peer: Spring Cloud Gateway Server MVC as a Lambda function, through AWS's serverless Java
 * container, with the same work per request as the proxy has: an RS256 token (resource server, the
 * issuer's key set), one limit (Bucket4j over Lettuce), one HTTP hop (Apache HttpClient 5), one
 * JSON line in the access log.
 */
@NullMarked
package dev.gatehouse.peer;

import org.jspecify.annotations.NullMarked;

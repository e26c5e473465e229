/**
 * What surrounds a gateway, as a demonstration: identity providers that sign tokens, and back ends
 * that remember what they were asked.
 *
 * <p>{@link dev.gatehouse.localstack.demo.DemoIssuers} publishes a key set per issuer of
 * gateway.yaml and signs whatever it is given. An {@link dev.gatehouse.localstack.demo.Upstream}
 * listens for one service, records each request byte for byte and hands it to the example's own
 * back end ({@link dev.gatehouse.localstack.demo.ExampleBackend}), or behaves as it was told to.
 */
@NullMarked
package dev.gatehouse.localstack.demo;

import org.jspecify.annotations.NullMarked;

/**
 * The stacks of a gateway, made from its gateway.yaml.
 *
 * <p>{@link dev.gatehouse.cdk.GatewayApp} reads the file and makes three stacks: {@link
 * dev.gatehouse.cdk.NetworkStack}, {@link dev.gatehouse.cdk.DataStack} (what must survive) and
 * {@link dev.gatehouse.cdk.GatewayStack} (what a deployment replaces). Routes become resources in
 * {@link dev.gatehouse.cdk.ResourceTree}, the answers that API Gateway gives itself are in {@link
 * dev.gatehouse.cdk.GatewayResponses}, everything else is one construct per idea.
 *
 * <p>To deploy, with Node, credentials and a bootstrapped account at hand:
 *
 * <pre>
 * ./mvnw package -DskipTests                            # the functions' archives, and this module
 * cd cdk
 * GATEWAY=../examples/traffic-tacos npx aws-cdk@2.1148.1 deploy --all
 * </pre>
 *
 * <p>{@code cdk/cdk.json} starts {@link dev.gatehouse.cdk.GatewayApp} with the class path in {@code
 * target/classpath}. {@code ./gatehouse synth --gateway DIR --out OUT} makes the same stacks
 * without deploying; {@code npx aws-cdk@2.1148.1 deploy --all --app OUT} takes them as they are.
 * Newer major versions of the command line refuse this library's assemblies.
 *
 * <p>Secrets that gateway.yaml names have to exist before; the data stack makes its own.
 */
@NullMarked
package dev.gatehouse.cdk;

import org.jspecify.annotations.NullMarked;

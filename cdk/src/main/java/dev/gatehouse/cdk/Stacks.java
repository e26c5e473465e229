package dev.gatehouse.cdk;

import java.nio.file.Path;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.DefaultStackSynthesizer;
import software.amazon.awscdk.StackProps;

/**
 * The three stacks of a gateway: {@code <name>-network}, {@code <name>-data}, {@code
 * <name>-gateway}.
 */
record Stacks(App app, NetworkStack network, DataStack data, GatewayStack gateway) {

  /** Behaviour of the CDK that is right but off unless asked for. */
  private static final Map<String, Object> FEATURES =
      Map.of(
          // A change of gateway.yaml publishes a new version.
          "@aws-cdk/aws-lambda:recognizeLayerVersion", true,
          // A change of an authorizer deploys the API.
          "@aws-cdk/aws-apigateway:authorizerChangeDeploymentLogicalId", true,
          "@aws-cdk/aws-iam:minimizePolicies", true,
          "@aws-cdk/core:checkSecretUsage", true,
          // What CloudFormation would refuse is a fault of the synthesis.
          "@aws-cdk/core:validateAgainstDefaultRules", true,
          // An export that another stack uses cannot go away under it.
          "@aws-cdk/core:defaultCrossStackReferences", "strong");

  static Stacks of(Blueprint blueprint, Path out) {
    App app =
        new App(
            AppProps.builder()
                .outdir(out.toString())
                .context(FEATURES)
                .analyticsReporting(false)
                .treeMetadata(false)
                .stackTraces(false)
                .build());
    String name = blueprint.gateway().name();
    NetworkStack network =
        new NetworkStack(
            app, name + "-network", props(name, "network", false), blueprint.gateway());
    DataStack data =
        new DataStack(app, name + "-data", props(name, "data", true), blueprint.gateway(), network);
    GatewayStack gateway =
        new GatewayStack(
            app, name + "-gateway", props(name, "gateway", false), blueprint, network, data);
    return new Stacks(app, network, data, gateway);
  }

  private static StackProps props(String name, String part, boolean stateful) {
    return StackProps.builder()
        .description("Gatehouse " + name + ": " + part)
        .terminationProtection(stateful)
        .tags(Map.of("gatehouse", name))
        .synthesizer(
            DefaultStackSynthesizer.Builder.create().generateBootstrapVersionRule(false).build())
        .build();
  }
}

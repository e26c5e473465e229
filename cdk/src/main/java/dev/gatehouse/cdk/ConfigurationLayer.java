package dev.gatehouse.cdk;

import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.lambda.Runtime;
import software.constructs.Construct;

/**
 * gateway.yaml as a Lambda layer: {@code java/lib/gateway.jar}, which Lambda unpacks to {@code
 * /opt/java/lib} and puts on the class path
 * (https://docs.aws.amazon.com/lambda/latest/dg/java-layers.html), so that a function reads the
 * resource {@code /gateway.yaml}.
 *
 * <p>Old versions are kept: a published function version refers to the layer it was made with.
 */
final class ConfigurationLayer extends Construct {
  private final LayerVersion layer;

  /**
   * @param folder what is in the layer; see {@link ConfigurationJar}
   */
  ConfigurationLayer(Construct scope, String id, String name, Path folder) {
    super(scope, id);
    layer =
        LayerVersion.Builder.create(this, "Layer")
            .description("gateway.yaml of " + name)
            .code(Code.fromAsset(folder.toString()))
            .compatibleRuntimes(List.of(Runtime.JAVA_25))
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
  }

  LayerVersion layer() {
    return layer;
  }
}

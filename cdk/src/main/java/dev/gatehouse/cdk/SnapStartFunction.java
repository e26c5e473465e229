package dev.gatehouse.cdk;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * One function: code and configuration are published together as a version with a snapshot, and
 * only the alias {@code live} is ever called.
 *
 * <p>Each change of code, layer, environment or settings publishes a new version; earlier ones are
 * kept, so a rollback moves the alias and nothing else.
 */
final class SnapStartFunction extends Construct {
  /** The alias that everything points at. */
  static final String ALIAS = "live";

  private final Function function;
  private final Alias alias;

  /**
   * @param handler the class, a {@code RequestStreamHandler}
   * @param memory MB; 1769 is one full CPU
   *     (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html)
   */
  record Settings(
      Path archive,
      String handler,
      int memory,
      Duration timeout,
      Map<String, String> environment) {}

  SnapStartFunction(
      Construct scope,
      String id,
      Settings settings,
      LayerVersion configuration,
      IVpc vpc,
      ISecurityGroup group) {
    super(scope, id);
    LogGroup log =
        LogGroup.Builder.create(this, "Log")
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    function =
        Function.Builder.create(this, "Function")
            .role(role(log))
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.X86_64)
            .code(Code.fromAsset(settings.archive().toString()))
            .handler(settings.handler())
            .memorySize(settings.memory())
            .timeout(settings.timeout())
            .environment(settings.environment())
            .layers(List.of(configuration))
            .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
            .currentVersionOptions(
                VersionOptions.builder().removalPolicy(RemovalPolicy.RETAIN).build())
            .tracing(Tracing.ACTIVE)
            .logGroup(log)
            .vpc(vpc)
            .vpcSubnets(NetworkStack.privateSubnets())
            .securityGroups(List.of(group))
            .build();
    alias =
        Alias.Builder.create(this, "Live")
            .aliasName(ALIAS)
            .version(function.getCurrentVersion())
            .build();
  }

  /**
   * Writes to its own log group and has network interfaces made in the VPC, which no resource can
   * narrow (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html); AWS's managed
   * policies would allow every log group.
   */
  private Role role(LogGroup log) {
    Role role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
    log.grantWrite(role);
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:UnassignPrivateIpAddresses"))
            .resources(List.of("*"))
            .build());
    return role;
  }

  Function function() {
    return function;
  }

  Alias alias() {
    return alias;
  }
}

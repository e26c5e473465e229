package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * The network: two availability zones, private subnets for the functions and the cache, one NAT
 * gateway for key sets and services outside, private ways to DynamoDB and Secrets Manager, and a
 * log of every flow.
 *
 * <p>Security groups are all here, because a rule between two groups belongs to neither of the
 * stacks that use them.
 */
final class NetworkStack extends Stack {
  /** Valkey on ElastiCache Serverless: 6379 writes, 6380 reads from replicas. */
  private static final Port VALKEY = Port.tcpRange(6379, 6380);

  private static final Port HTTPS = Port.tcp(443);

  private final Vpc vpc;
  private final SecurityGroup authorizer;
  private final SecurityGroup proxy;
  private final SecurityGroup stores;
  private final SecurityGroup limits;
  private final SecurityGroup cache;

  NetworkStack(Construct scope, String id, StackProps props, Gateway gateway) {
    super(scope, id, props);
    vpc = network();
    authorizer = ServiceAccess.toIssuers(this, "AuthorizerAccess", vpc, gateway).group();
    proxy = ServiceAccess.toServices(this, "ProxyAccess", vpc, gateway).group();
    stores = ServiceAccess.toAws(this, "StoresAccess", vpc, "Stores of " + gateway.name()).group();
    limits = ServiceAccess.toAws(this, "LimitsAccess", vpc, "Limits of " + gateway.name()).group();
    cache = closedGroup("CacheAccess", "Cache of " + gateway.name());
    SecurityGroup secrets = closedGroup("SecretsAccess", "Secrets endpoint of " + gateway.name());
    for (SecurityGroup function : List.of(authorizer, proxy, limits)) {
      cache.getConnections().allowFrom(function, VALKEY, "Valkey");
      secrets.getConnections().allowFrom(function, HTTPS, "Secrets Manager");
    }
    secrets.getConnections().allowFrom(stores, HTTPS, "Secrets Manager");
    vpc.addInterfaceEndpoint(
        "SecretsManager",
        InterfaceVpcEndpointOptions.builder()
            .service(InterfaceVpcEndpointAwsService.SECRETS_MANAGER)
            .subnets(privateSubnets())
            .securityGroups(List.of(secrets))
            .open(false)
            .build());
  }

  Vpc vpc() {
    return vpc;
  }

  SecurityGroup authorizer() {
    return authorizer;
  }

  SecurityGroup proxy() {
    return proxy;
  }

  /** Of functions that need the tables and the secrets, and not the cache. */
  SecurityGroup stores() {
    return stores;
  }

  /** Of the function that needs the cache, the tables and the secrets, and no service. */
  SecurityGroup limits() {
    return limits;
  }

  SecurityGroup cache() {
    return cache;
  }

  /** Where functions and the cache live. */
  static SubnetSelection privateSubnets() {
    return SubnetSelection.builder().subnetType(SubnetType.PRIVATE_WITH_EGRESS).build();
  }

  private Vpc network() {
    LogGroup flows =
        LogGroup.Builder.create(this, "Flows")
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    return Vpc.Builder.create(this, "Vpc")
        .maxAzs(2)
        .natGateways(1)
        // Emptying the default group takes a custom resource with a function of its own; nothing
        // here is ever in that group.
        .restrictDefaultSecurityGroup(false)
        .subnetConfiguration(
            List.of(
                SubnetConfiguration.builder()
                    .name("Public")
                    .subnetType(SubnetType.PUBLIC)
                    .mapPublicIpOnLaunch(false)
                    .cidrMask(24)
                    .build(),
                SubnetConfiguration.builder()
                    .name("Private")
                    .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                    .cidrMask(20)
                    .build()))
        .gatewayEndpoints(
            Map.of(
                "DynamoDb",
                GatewayVpcEndpointOptions.builder()
                    .service(GatewayVpcEndpointAwsService.DYNAMODB)
                    .build()))
        .flowLogs(
            Map.of(
                "Flows",
                FlowLogOptions.builder()
                    .destination(FlowLogDestination.toCloudWatchLogs(flows))
                    .trafficType(FlowLogTrafficType.ALL)
                    .build()))
        .build();
  }

  private SecurityGroup closedGroup(String id, String description) {
    return SecurityGroup.Builder.create(this, id)
        .vpc(vpc)
        .description(description)
        .allowAllOutbound(false)
        .build();
  }
}

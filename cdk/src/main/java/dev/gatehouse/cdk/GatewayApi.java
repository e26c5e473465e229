package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.OwnEndpoint.Owner;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.apigateway.AccessLogFormat;
import software.amazon.awscdk.services.apigateway.AuthorizationType;
import software.amazon.awscdk.services.apigateway.EndpointType;
import software.amazon.awscdk.services.apigateway.IAuthorizer;
import software.amazon.awscdk.services.apigateway.IResource;
import software.amazon.awscdk.services.apigateway.Integration;
import software.amazon.awscdk.services.apigateway.IntegrationOptions;
import software.amazon.awscdk.services.apigateway.IntegrationProps;
import software.amazon.awscdk.services.apigateway.IntegrationType;
import software.amazon.awscdk.services.apigateway.LogGroupLogDestination;
import software.amazon.awscdk.services.apigateway.MethodLoggingLevel;
import software.amazon.awscdk.services.apigateway.MethodOptions;
import software.amazon.awscdk.services.apigateway.RestApi;
import software.amazon.awscdk.services.apigateway.StageOptions;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Permission;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * The REST API: a resource for every path that a route needs, every method handed to the alias of
 * the function that owns it, one stage.
 *
 * <p>All bodies travel as base64 ({@code *}{@code /*} is binary), so that they stay as they are.
 */
final class GatewayApi extends Construct {
  /** The one stage. */
  static final String STAGE = "live";

  /** The longest that API Gateway waits without a raised quota. */
  static final Duration PATIENCE = Duration.seconds(29);

  /** Per account and region unless raised: requests a second, and how many at once. */
  private static final int QUOTA_RATE = 10_000;

  private static final int QUOTA_BURST = 5_000;

  private final RestApi api;
  private final Map<Owner, Integration> integrations = new EnumMap<>(Owner.class);
  private final Authorizers authorizers;

  GatewayApi(
      Construct scope,
      String id,
      Gateway gateway,
      ApiResource root,
      Map<Owner, Alias> owners,
      Alias authorizer) {
    super(scope, id);
    api =
        RestApi.Builder.create(this, "Api")
            .restApiName(gateway.name())
            .description("Gatehouse: " + gateway.name())
            .endpointTypes(List.of(EndpointType.REGIONAL))
            .binaryMediaTypes(List.of("*/*"))
            .cloudWatchRole(true)
            .cloudWatchRoleRemovalPolicy(RemovalPolicy.RETAIN)
            .deployOptions(stage())
            .build();
    owners.forEach((owner, alias) -> integrations.put(owner, integration(alias)));
    authorizers = new Authorizers(this, authorizer, gateway.identity(), root);
    addMethods(api.getRoot(), root);
    new GatewayResponses(gateway).addTo(api);
    owners.values().forEach(this::permit);
  }

  RestApi api() {
    return api;
  }

  private StageOptions stage() {
    LogGroup log =
        LogGroup.Builder.create(this, "AccessLog")
            .retention(RetentionDays.THREE_MONTHS)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    return StageOptions.builder()
        .stageName(STAGE)
        .tracingEnabled(true)
        .metricsEnabled(true)
        .loggingLevel(MethodLoggingLevel.ERROR)
        // Execution logs with data would hold tokens and bodies.
        .dataTraceEnabled(false)
        .throttlingRateLimit(QUOTA_RATE)
        .throttlingBurstLimit(QUOTA_BURST)
        .accessLogDestination(new LogGroupLogDestination(log))
        .accessLogFormat(AccessLogFormat.custom(AccessLog.format()))
        .build();
  }

  /** CDK's own Lambda integration would add two permissions per method. */
  private static Integration integration(Alias function) {
    String uri =
        Fn.sub(
            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                + "${Function}/invocations",
            Map.of("Function", function.getFunctionArn()));
    return new Integration(
        IntegrationProps.builder()
            .type(IntegrationType.AWS_PROXY)
            .integrationHttpMethod("POST")
            .uri(uri)
            .options(IntegrationOptions.builder().timeout(PATIENCE).build())
            .build());
  }

  private void permit(Alias function) {
    function.addPermission(
        "Api",
        Permission.builder()
            .principal(new ServicePrincipal("apigateway.amazonaws.com"))
            .sourceArn(api.arnForExecuteApi("*", "/*", STAGE))
            .build());
  }

  private void addMethods(IResource at, ApiResource resource) {
    resource
        .methods()
        .forEach(
            (name, method) ->
                at.addMethod(name, integrations.get(method.owner()), options(method.guard())));
    for (ApiResource child : resource.children()) {
      addMethods(at.addResource(child.part()), child);
    }
  }

  private MethodOptions options(Guard guard) {
    Optional<IAuthorizer> authorizer = authorizers.of(guard);
    return authorizer
        .map(
            present ->
                MethodOptions.builder()
                    .authorizationType(AuthorizationType.CUSTOM)
                    .authorizer(present)
                    .build())
        .orElseGet(() -> MethodOptions.builder().authorizationType(AuthorizationType.NONE).build());
  }
}

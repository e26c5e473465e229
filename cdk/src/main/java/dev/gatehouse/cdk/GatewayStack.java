package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.OwnEndpoint;
import dev.gatehouse.config.OwnEndpoint.Owner;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.constructs.Construct;

/**
 * What a deployment replaces: the functions with their configuration, and the API before them.
 * Nothing here holds state.
 */
final class GatewayStack extends Stack {
  /**
   * glibc's arenas, one for each thread and eight for each core unless told, keep what the JVM's
   * compilers gave back (mallopt(3)).
   */
  private static final String ARENAS = "1";

  /**
   * What Lambda's JVM is told besides its own options: no full collections while 60 MB of classes
   * are loaded (the first would come at 21 MB), fewer young ones, memory that its compilers gave
   * back returned to the system, Netty's memory managed as before Java 24 (decision 82), and a log
   * that nobody waits for while it begins (EarlyLog).
   */
  private static final String JVM =
      "-XX:MetaspaceSize=96m -XX:NewSize=12m -XX:TrimNativeHeapInterval=5000"
          + " --sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false"
          + " -Dslf4j.provider=dev.gatehouse.telemetry.EarlyLog -Dslf4j.internal.verbosity=WARN";

  private final NetworkStack network;
  private final DataStack data;
  private final Blueprint blueprint;

  /** By its ARN, so that nothing of this stack enters the key's policy in the data stack. */
  private final ISecret cacheSecret;

  private final Optional<ISecret> pepper;
  private final Optional<ISecret> queueKey;

  GatewayStack(
      Construct scope,
      String id,
      StackProps props,
      Blueprint blueprint,
      NetworkStack network,
      DataStack data) {
    super(scope, id, props);
    this.network = network;
    this.data = data;
    this.blueprint = blueprint;
    cacheSecret =
        Secret.fromSecretCompleteArn(this, "CacheSecret", data.cache().secret().getSecretArn());
    pepper =
        data.pepper()
            .map(
                secret ->
                    Secret.fromSecretCompleteArn(this, "ApiKeyPepper", secret.getSecretArn()));
    queueKey =
        data.queueKey()
            .map(secret -> Secret.fromSecretCompleteArn(this, "QueueKey", secret.getSecretArn()));
    Gateway gateway = blueprint.gateway();
    LayerVersion configuration =
        new ConfigurationLayer(this, "Configuration", gateway.name(), blueprint.layer()).layer();
    SnapStartFunction authorizer = authorizer(configuration);
    SnapStartFunction proxy = proxy(configuration);
    Map<Owner, Alias> aliases = new EnumMap<>(Owner.class);
    for (Owner owner : owners(gateway)) {
      aliases.put(
          owner,
          switch (owner) {
            case PROXY -> proxy.alias();
            case KEYS -> keys(configuration).alias();
            case IDEMPOTENCY -> idempotency(configuration).alias();
            case RATELIMIT -> rateLimit(configuration).alias();
            case QUEUE -> queue(configuration).alias();
          });
    }
    GatewayApi api =
        new GatewayApi(this, "Api", gateway, blueprint.root(), aliases, authorizer.alias());
    new Firewall(this, "Firewall", gateway, api.api().getDeploymentStage().getStageArn());
    Optional<Alias> prober =
        isProbed(gateway) ? Optional.of(prober(configuration).alias()) : Optional.empty();
    prober.ifPresent(alias -> new ProbeSchedule(this, "ProbeSchedule", alias));
    new Alarms(this, "Alarms", api.api(), proxy.alias(), authorizer.alias(), prober);
  }

  /** The modules whose archives a gateway needs. */
  static SequencedSet<String> modules(Gateway gateway) {
    SequencedSet<String> modules = new LinkedHashSet<>(List.of("authorizer-fn"));
    owners(gateway).forEach(owner -> modules.add(module(owner)));
    return modules;
  }

  private static boolean isProbed(Gateway gateway) {
    return gateway.services().values().stream().anyMatch(service -> service.health().isPresent());
  }

  private static Set<Owner> owners(Gateway gateway) {
    Set<Owner> owners = EnumSet.of(Owner.PROXY);
    OwnEndpoint.of(gateway).forEach(endpoint -> owners.add(endpoint.owner()));
    return owners;
  }

  private static String module(Owner owner) {
    return switch (owner) {
      case PROXY -> "proxy-fn";
      case KEYS -> "authorizer-fn";
      case IDEMPOTENCY -> "idempotency-fn";
      case RATELIMIT -> "ratelimit-fn";
      case QUEUE -> "queue-fn";
    };
  }

  private SnapStartFunction authorizer(LayerVersion configuration) {
    SnapStartFunction authorizer =
        new SnapStartFunction(
            this,
            "Authorizer",
            new SnapStartFunction.Settings(
                blueprint.archives().of("authorizer-fn"),
                "dev.gatehouse.authorizer.AuthorizerHandler",
                1024,
                Duration.seconds(10),
                withPepper(environment("authorizer"))),
            configuration,
            network.vpc(),
            network.authorizer());
    Function function = authorizer.function();
    cacheSecret.grantRead(function);
    pepper.ifPresentOrElse(
        secret -> {
          secret.grantRead(function);
          data.access().grant(function, "dynamodb:GetItem", "dynamodb:UpdateItem");
          decrypt(function, "secretsmanager", "dynamodb");
        },
        () -> decrypt(function, "secretsmanager"));
    for (Issuer issuer : blueprint.gateway().identity().issuers()) {
      if (issuer.keys() instanceof Issuer.KeySource.SharedSecret(String name)) {
        Secret.fromSecretNameV2(this, "KeyOf" + issuer.name(), name).grantRead(function);
      }
    }
    return authorizer;
  }

  /** The authorizer's second handler, which writes what the first one reads. */
  private SnapStartFunction keys(LayerVersion configuration) {
    SnapStartFunction keys =
        new SnapStartFunction(
            this,
            "Keys",
            new SnapStartFunction.Settings(
                blueprint.archives().of("authorizer-fn"),
                "dev.gatehouse.authorizer.KeysHandler",
                1024,
                Duration.seconds(20),
                withPepper(environment("keys"))),
            configuration,
            network.vpc(),
            network.stores());
    Function function = keys.function();
    pepper.ifPresent(secret -> secret.grantRead(function));
    data.access()
        .grant(
            function,
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Scan",
            "dynamodb:UpdateItem");
    decrypt(function, "secretsmanager", "dynamodb");
    return keys;
  }

  /** Also invoked by workloads of the account, whose own policies must allow it. */
  private SnapStartFunction rateLimit(LayerVersion configuration) {
    SnapStartFunction rateLimit =
        new SnapStartFunction(
            this,
            "RateLimit",
            new SnapStartFunction.Settings(
                blueprint.archives().of("ratelimit-fn"),
                "dev.gatehouse.ratelimit.RateLimitHandler",
                1024,
                Duration.seconds(10),
                environment("ratelimit")),
            configuration,
            network.vpc(),
            network.limits());
    Function function = rateLimit.function();
    cacheSecret.grantRead(function);
    data.access().grant(function, "dynamodb:BatchGetItem");
    decrypt(function, "secretsmanager", "dynamodb");
    CfnOutput.Builder.create(this, "RateLimitArn")
        .description("Decides limits for other workloads: lambda:InvokeFunction on this alias")
        .value(rateLimit.alias().getFunctionArn())
        .build();
    return rateLimit;
  }

  private SnapStartFunction proxy(LayerVersion configuration) {
    SnapStartFunction proxy =
        new SnapStartFunction(
            this,
            "Proxy",
            new SnapStartFunction.Settings(
                blueprint.archives().of("proxy-fn"),
                "dev.gatehouse.proxy.ProxyHandler",
                1769,
                GatewayApi.PATIENCE,
                withQueueKey(environment("proxy"))),
            configuration,
            network.vpc(),
            network.proxy());
    Function function = proxy.function();
    cacheSecret.grantRead(function);
    queueKey.ifPresent(secret -> secret.grantRead(function));
    data.ledger().grant(function, "dynamodb:DescribeTable");
    keepRecords(function);
    data.access()
        .grant(function, "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem");
    decrypt(function, "secretsmanager", "dynamodb");
    return proxy;
  }

  /** The proxy's second handler; it reaches the services by the same ways. */
  private SnapStartFunction prober(LayerVersion configuration) {
    SnapStartFunction prober =
        new SnapStartFunction(
            this,
            "Probe",
            new SnapStartFunction.Settings(
                blueprint.archives().of("proxy-fn"),
                "dev.gatehouse.proxy.ProbeHandler",
                1024,
                Duration.seconds(30),
                environment("probe")),
            configuration,
            network.vpc(),
            network.proxy());
    cacheSecret.grantRead(prober.function());
    decrypt(prober.function(), "secretsmanager");
    return prober;
  }

  private SnapStartFunction idempotency(LayerVersion configuration) {
    SnapStartFunction idempotency =
        new SnapStartFunction(
            this,
            "Idempotency",
            new SnapStartFunction.Settings(
                blueprint.archives().of("idempotency-fn"),
                "dev.gatehouse.idempotency.IdempotencyHandler",
                1024,
                Duration.seconds(15),
                environment("idempotency")),
            configuration,
            network.vpc(),
            network.stores());
    keepRecords(idempotency.function());
    data.access().grant(idempotency.function(), "dynamodb:BatchGetItem");
    decrypt(idempotency.function(), "dynamodb");
    return idempotency;
  }

  private SnapStartFunction queue(LayerVersion configuration) {
    Table admissions = data.admissions().orElseThrow();
    Map<String, String> environment = withQueueKey(environment("queue"));
    environment.put("ADMISSIONS_TABLE", admissions.getTableName());
    SnapStartFunction queue =
        new SnapStartFunction(
            this,
            "Queue",
            new SnapStartFunction.Settings(
                blueprint.archives().of("queue-fn"),
                "dev.gatehouse.queue.QueueHandler",
                1024,
                Duration.seconds(15),
                environment),
            configuration,
            network.vpc(),
            network.limits());
    Function function = queue.function();
    cacheSecret.grantRead(function);
    queueKey.orElseThrow().grantRead(function);
    admissions.grant(function, "dynamodb:GetItem", "dynamodb:PutItem");
    data.access().grant(function, "dynamodb:BatchGetItem");
    decrypt(function, "secretsmanager", "dynamodb");
    return queue;
  }

  /** Records begin, change, are released, are looked at, and have parts. */
  private void keepRecords(Function function) {
    data.ledger()
        .grant(
            function,
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:Query");
  }

  /** Only what these services hand over; the key's own grant would allow any ciphertext. */
  private void decrypt(Function function, String... services) {
    List<String> names =
        Stream.of(services).map(service -> service + "." + getRegion() + ".amazonaws.com").toList();
    function.addToRolePolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("kms:Decrypt"))
            .resources(List.of(data.key().getKeyArn()))
            .conditions(Map.of("StringEquals", Map.of("kms:ViaService", names)))
            .build());
  }

  private Map<String, String> environment(String service) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("REDIS_ENDPOINT", data.cache().endpoint());
    environment.put("REDIS_SECRET", data.cache().secret().getSecretArn());
    environment.put("LEDGER_TABLE", data.ledger().getTableName());
    environment.put("ACCESS_TABLE", data.access().getTableName());
    environment.put("POWERTOOLS_SERVICE_NAME", service);
    environment.put("POWERTOOLS_METRICS_NAMESPACE", "Gatehouse");
    environment.put("GATEWAY_STAGE", GatewayApi.STAGE);
    environment.put("GATEWAY_VERSION", blueprint.version());
    environment.put("MALLOC_ARENA_MAX", ARENAS);
    environment.put("JAVA_TOOL_OPTIONS", JVM);
    return environment;
  }

  private Map<String, String> withQueueKey(Map<String, String> environment) {
    queueKey.ifPresent(secret -> environment.put("QUEUE_SECRET", secret.getSecretArn()));
    return environment;
  }

  private Map<String, String> withPepper(Map<String, String> environment) {
    pepper.ifPresent(secret -> environment.put("API_KEY_PEPPER", secret.getSecretArn()));
    return environment;
  }
}

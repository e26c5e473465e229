package dev.gatehouse.cdk;

import dev.gatehouse.config.Issuer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;

/** The gateway's functions: each with its memory, its time, its environment and what it may use. */
final class GatewayFunctions {
  /**
   * glibc's arenas, one for each thread and eight for each core unless told, keep what the JVM's
   * compilers gave back (mallopt(3)).
   */
  private static final String ARENAS = "1";

  /**
   * What Lambda's JVM is told besides its own options: no full collections while 60 MB of classes
   * are loaded (the first would come at 21 MB), fewer young ones, memory that its compilers gave
   * back returned to the system, none of more than 24 MB for one compilation (decision 84), Netty's
   * memory managed as before Java 24 (decision 82), and a log that nobody waits for while it begins
   * (EarlyLog).
   */
  private static final String JVM =
      "-XX:MetaspaceSize=96m -XX:NewSize=12m -XX:TrimNativeHeapInterval=5000"
          + " -XX:CompileCommand=quiet -XX:CompileCommand=MemLimit,*.*,24m~stop"
          + " --sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false"
          + " -Dslf4j.provider=dev.gatehouse.telemetry.EarlyLog -Dslf4j.internal.verbosity=WARN";

  private final Stack stack;
  private final NetworkStack network;
  private final DataStack data;
  private final Blueprint blueprint;
  private final LayerVersion configuration;

  /** By its ARN, so that nothing of this stack enters the key's policy in the data stack. */
  private final ISecret cacheSecret;

  private final Optional<ISecret> pepper;
  private final Optional<ISecret> queueKey;

  /** None yet; each is made in that stack when it is asked for, once. */
  GatewayFunctions(Stack stack, Blueprint blueprint, NetworkStack network, DataStack data) {
    this.stack = stack;
    this.network = network;
    this.data = data;
    this.blueprint = blueprint;
    cacheSecret =
        Secret.fromSecretCompleteArn(stack, "CacheSecret", data.cache().secret().getSecretArn());
    pepper =
        data.pepper()
            .map(
                secret ->
                    Secret.fromSecretCompleteArn(stack, "ApiKeyPepper", secret.getSecretArn()));
    queueKey =
        data.queueKey()
            .map(secret -> Secret.fromSecretCompleteArn(stack, "QueueKey", secret.getSecretArn()));
    configuration =
        new ConfigurationLayer(
                stack, "Configuration", blueprint.gateway().name(), blueprint.layer())
            .layer();
  }

  SnapStartFunction authorizer() {
    SnapStartFunction authorizer =
        function(
            "Authorizer",
            new SnapStartFunction.Settings(
                blueprint.archives().of("authorizer-fn"),
                "dev.gatehouse.authorizer.AuthorizerHandler",
                1024,
                Duration.seconds(10),
                withPepper(environment("authorizer"))),
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
        Secret.fromSecretNameV2(stack, "KeyOf" + issuer.name(), name).grantRead(function);
      }
    }
    return authorizer;
  }

  /** The authorizer's second handler, which writes what the first one reads. */
  SnapStartFunction keys() {
    SnapStartFunction keys =
        function(
            "Keys",
            new SnapStartFunction.Settings(
                blueprint.archives().of("authorizer-fn"),
                "dev.gatehouse.authorizer.KeysHandler",
                1024,
                Duration.seconds(20),
                withPepper(environment("keys"))),
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
  SnapStartFunction rateLimit() {
    SnapStartFunction rateLimit =
        function(
            "RateLimit",
            new SnapStartFunction.Settings(
                blueprint.archives().of("ratelimit-fn"),
                "dev.gatehouse.ratelimit.RateLimitHandler",
                1024,
                Duration.seconds(10),
                environment("ratelimit")),
            network.limits());
    Function function = rateLimit.function();
    cacheSecret.grantRead(function);
    data.access().grant(function, "dynamodb:BatchGetItem");
    decrypt(function, "secretsmanager", "dynamodb");
    CfnOutput.Builder.create(stack, "RateLimitArn")
        .description("Decides limits for other workloads: lambda:InvokeFunction on this alias")
        .value(rateLimit.alias().getFunctionArn())
        .build();
    return rateLimit;
  }

  SnapStartFunction proxy() {
    SnapStartFunction proxy =
        function(
            "Proxy",
            new SnapStartFunction.Settings(
                blueprint.archives().of("proxy-fn"),
                "dev.gatehouse.proxy.ProxyHandler",
                1769,
                GatewayApi.PATIENCE,
                withQueueKey(environment("proxy"))),
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
  SnapStartFunction prober() {
    SnapStartFunction prober =
        function(
            "Probe",
            new SnapStartFunction.Settings(
                blueprint.archives().of("proxy-fn"),
                "dev.gatehouse.proxy.ProbeHandler",
                1024,
                Duration.seconds(30),
                environment("probe")),
            network.proxy());
    cacheSecret.grantRead(prober.function());
    decrypt(prober.function(), "secretsmanager");
    return prober;
  }

  SnapStartFunction idempotency() {
    SnapStartFunction idempotency =
        function(
            "Idempotency",
            new SnapStartFunction.Settings(
                blueprint.archives().of("idempotency-fn"),
                "dev.gatehouse.idempotency.IdempotencyHandler",
                1024,
                Duration.seconds(15),
                environment("idempotency")),
            network.stores());
    keepRecords(idempotency.function());
    data.access().grant(idempotency.function(), "dynamodb:BatchGetItem");
    decrypt(idempotency.function(), "dynamodb");
    return idempotency;
  }

  SnapStartFunction queue() {
    Table admissions = data.admissions().orElseThrow();
    Map<String, String> environment = withQueueKey(environment("queue"));
    environment.put("ADMISSIONS_TABLE", admissions.getTableName());
    SnapStartFunction queue =
        function(
            "Queue",
            new SnapStartFunction.Settings(
                blueprint.archives().of("queue-fn"),
                "dev.gatehouse.queue.QueueHandler",
                1024,
                Duration.seconds(15),
                environment),
            network.limits());
    Function function = queue.function();
    cacheSecret.grantRead(function);
    queueKey.orElseThrow().grantRead(function);
    admissions.grant(function, "dynamodb:GetItem", "dynamodb:PutItem");
    data.access().grant(function, "dynamodb:BatchGetItem");
    decrypt(function, "secretsmanager", "dynamodb");
    return queue;
  }

  private SnapStartFunction function(
      String id, SnapStartFunction.Settings settings, ISecurityGroup group) {
    return new SnapStartFunction(stack, id, settings, configuration, network.vpc(), group);
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
        Stream.of(services)
            .map(service -> service + "." + stack.getRegion() + ".amazonaws.com")
            .toList();
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

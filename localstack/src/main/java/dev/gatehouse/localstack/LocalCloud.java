package dev.gatehouse.localstack;

import dev.gatehouse.localstack.assembly.PhysicalIds;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.machine.Warden;
import dev.gatehouse.localstack.store.CertificateAuthority;
import dev.gatehouse.localstack.store.DynamoServer;
import dev.gatehouse.localstack.store.RedisServer;
import dev.gatehouse.localstack.store.Secrets;
import dev.gatehouse.localstack.store.SecretsEndpoint;
import dev.gatehouse.localstack.store.XrayReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The managed services of one run, up and empty, and how functions find them: by the standard
 * variables of the AWS SDK, and by the trust store of their machine.
 */
record LocalCloud(
    RedisServer redis,
    DynamoServer dynamo,
    Secrets secrets,
    SecretsEndpoint secretsEndpoint,
    XrayReceiver xray,
    Path trustStore)
    implements AutoCloseable {
  static final String REGION = "eu-central-1";

  /** The account of examples in AWS's documentation of emulators: nobody's. */
  static final String ACCOUNT = "000000000000";

  /** Endpoints that a deployment would give to resources. */
  PhysicalIds ids() {
    return (resource, attribute) ->
        switch (resource.type() + " " + attribute) {
          case "AWS::ElastiCache::ServerlessCache Endpoint.Address",
              "AWS::ElastiCache::ServerlessCache ReaderEndpoint.Address" ->
              Optional.of("127.0.0.1");
          case "AWS::ElastiCache::ServerlessCache Endpoint.Port",
              "AWS::ElastiCache::ServerlessCache ReaderEndpoint.Port" ->
              Optional.of("" + redis.port());
          default -> Optional.empty();
        };
  }

  Map<String, String> variables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_REGION", REGION);
    variables.put("AWS_DEFAULT_REGION", REGION);
    variables.put("AWS_ACCESS_KEY_ID", "local");
    variables.put("AWS_SECRET_ACCESS_KEY", "local");
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", dynamo.uri().toString());
    variables.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsEndpoint.uri().toString());
    variables.put("AWS_XRAY_DAEMON_ADDRESS", xray.address());
    return variables;
  }

  List<String> javaOptions() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + trustStore,
        "-Djavax.net.ssl.trustStorePassword=" + CertificateAuthority.TRUST_STORE_PASSWORD);
  }

  @Override
  public void close() {
    secretsEndpoint.close();
    xray.close();
    redis.close();
    dynamo.close();
  }

  /** Starts Redis and DynamoDB at the same time. */
  static LocalCloud start(
      Project project,
      RunFolder folder,
      Warden warden,
      Secrets secrets,
      CertificateAuthority authority,
      String operatorPassword,
      Tasks tasks)
      throws IOException {
    Path trustStore = folder.path().resolve("trust.jks");
    Tasks.Task<RedisServer> redis =
        tasks.start(() -> RedisServer.start(folder, warden, authority, operatorPassword));
    Tasks.Task<DynamoServer> dynamo =
        tasks.start(() -> DynamoServer.start(folder, warden, project.dynamoClassPath()));
    authority.writeTrustStore(trustStore);
    SecretsEndpoint endpoint = SecretsEndpoint.start(secrets);
    XrayReceiver xray = XrayReceiver.start();
    return new LocalCloud(redis.get(), dynamo.get(), secrets, endpoint, xray, trustStore);
  }
}

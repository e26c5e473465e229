package dev.gatehouse.localstack.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.assembly.DynamicReferences;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import dev.gatehouse.localstack.store.Secrets.Value;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The stateful resources of an assembly, deployed to a run's stores: secrets first, because the
 * users of Redis have their passwords from them, then tables.
 */
public final class DeployedStores {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Resolved resolved;
  private final Secrets secrets;
  private final SecureRandom random;

  public DeployedStores(Resolved resolved, Secrets secrets, SecureRandom random) {
    this.resolved = resolved;
    this.secrets = secrets;
    this.random = random;
  }

  /** Creates every {@code AWS::SecretsManager::Secret}. */
  public void secrets() {
    for (Resource resource : resolved.ofType("AWS::SecretsManager::Secret")) {
      String arn = resolved.ref(resource);
      JsonNode generate = resource.properties().path("GenerateSecretString");
      String text =
          generate.isObject()
              ? GeneratedSecret.from(generate, random)
              : resource.text("SecretString", "");
      secrets.put(resource.text("Name", nameIn(arn)), arn, new Value.Text(text));
    }
  }

  /** {@code arn:aws:secretsmanager:region:account:secret:NAME-xxxxxx}. */
  private static String nameIn(String arn) {
    String name = arn.substring(arn.indexOf(":secret:") + ":secret:".length());
    return name.substring(0, name.lastIndexOf('-'));
  }

  /** Lets every {@code AWS::ElastiCache::User} into Redis. */
  public void users(RedisServer redis) throws IOException {
    for (Resource resource : resolved.ofType("AWS::ElastiCache::User")) {
      JsonNode properties = DynamicReferences.resolve(resource, this::secret);
      List<String> passwords = new ArrayList<>();
      Stream.of(properties, properties.path("AuthenticationMode"))
          .forEach(
              node -> node.path("Passwords").forEach(password -> passwords.add(password.asText())));
      redis.admit(
          resource.text("UserName"), passwords, properties.path("AccessString").asText("off"));
    }
  }

  private Optional<String> secret(String id, Optional<String> key) {
    Optional<String> text = secrets.text(id);
    return key.isEmpty() ? text : text.flatMap(value -> member(value, key.get()));
  }

  private static Optional<String> member(String text, String key) {
    try {
      JsonNode value = JSON.readTree(text).path(key);
      return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Creates every table, with its TTL; returns their names. Capacity, encryption, recovery and
   * replicas have no meaning on one machine.
   */
  public List<String> tables(DynamoServer dynamo) throws IOException, InterruptedException {
    List<String> names = new ArrayList<>();
    for (String type : List.of("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")) {
      for (Resource resource : resolved.ofType(type)) {
        String name = resolved.ref(resource);
        dynamo.call("CreateTable", table(name, resource.properties()));
        JsonNode ttl = resource.properties().path("TimeToLiveSpecification");
        if (ttl.path("Enabled").asBoolean(false)) {
          ObjectNode update = JSON.createObjectNode().put("TableName", name);
          update.set("TimeToLiveSpecification", ttl);
          dynamo.call("UpdateTimeToLive", update);
        }
        names.add(name);
      }
    }
    return names;
  }

  private static ObjectNode table(String name, JsonNode properties) {
    ObjectNode table =
        JSON.createObjectNode().put("TableName", name).put("BillingMode", "PAY_PER_REQUEST");
    table.set("AttributeDefinitions", properties.path("AttributeDefinitions"));
    table.set("KeySchema", properties.path("KeySchema"));
    indexes(table, properties, "GlobalSecondaryIndexes");
    indexes(table, properties, "LocalSecondaryIndexes");
    String view = properties.path("StreamSpecification").path("StreamViewType").asText("");
    if (!view.isEmpty()) {
      table.putObject("StreamSpecification").put("StreamEnabled", true).put("StreamViewType", view);
    }
    return table;
  }

  private static void indexes(ObjectNode table, JsonNode properties, String kind) {
    if (properties.path(kind).isEmpty()) {
      return;
    }
    ArrayNode indexes = table.putArray(kind);
    for (JsonNode index : properties.path(kind)) {
      ObjectNode created = indexes.addObject();
      created.set("IndexName", index.path("IndexName"));
      created.set("KeySchema", index.path("KeySchema"));
      created.set("Projection", index.path("Projection"));
    }
  }
}

package dev.gatehouse.localstack.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.machine.Endpoint;
import dev.gatehouse.localstack.machine.Loopback;
import dev.gatehouse.localstack.machine.Reply;
import dev.gatehouse.localstack.store.Secrets.Secret;
import dev.gatehouse.localstack.store.Secrets.Value;
import dev.gatehouse.localstack.store.Secrets.Version;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Secrets Manager's API over a run's secrets: GetSecretValue, DescribeSecret, ListSecrets,
 * CreateSecret, PutSecretValue in AWS JSON 1.1; signatures are not checked. Source: the AWS Secrets
 * Manager API Reference.
 */
public final class SecretsEndpoint implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "secretsmanager.";

  private final Secrets secrets;
  private final Loopback listener;

  private SecretsEndpoint(Secrets secrets) throws IOException {
    this.secrets = secrets;
    this.listener =
        Loopback.start(
            new Endpoint(
                (request, body) -> {
                  String target = request.getHeaders().get("X-Amz-Target");
                  return answer(target == null ? "" : target, JSON.readTree(body));
                }));
  }

  public static SecretsEndpoint start(Secrets secrets) throws IOException {
    return new SecretsEndpoint(secrets);
  }

  public URI uri() {
    return listener.uri();
  }

  @Override
  public void close() {
    listener.close();
  }

  private Reply answer(String target, JsonNode input) {
    String operation = target.startsWith(SERVICE) ? target.substring(SERVICE.length()) : target;
    return switch (operation) {
      case "GetSecretValue" ->
          secrets
              .find(input.path("SecretId").asText())
              .flatMap(secret -> value(secret, input))
              .orElseGet(SecretsEndpoint::notFound);
      case "DescribeSecret" ->
          secrets
              .find(input.path("SecretId").asText())
              .map(secret -> ok(description(secret)))
              .orElseGet(SecretsEndpoint::notFound);
      case "ListSecrets" -> ok(list());
      case "CreateSecret" -> create(input);
      case "PutSecretValue" ->
          secrets
              .find(input.path("SecretId").asText())
              .map(secret -> ok(head(secrets.put(secret.name(), given(input)))))
              .orElseGet(SecretsEndpoint::notFound);
      default -> error("UnknownOperationException", operation + " is not offered locally");
    };
  }

  private static Optional<Reply> value(Secret secret, JsonNode input) {
    String id = input.path("VersionId").asText("");
    String stage = input.path("VersionStage").asText("");
    return secret.versions().stream()
        .filter(version -> id.isEmpty() || version.id().equals(id))
        .filter(version -> stage.isEmpty() || stage(secret, version).equals(stage))
        .findFirst()
        .map(version -> ok(value(secret, version)));
  }

  private static ObjectNode value(Secret secret, Version version) {
    ObjectNode answer = head(secret);
    answer.put("VersionId", version.id());
    answer.put("CreatedDate", version.created().getEpochSecond());
    answer.putArray("VersionStages").add(stage(secret, version));
    switch (version.value()) {
      case Value.Text(String text) -> answer.put("SecretString", text);
      case Value.Binary(String base64) -> answer.put("SecretBinary", base64);
    }
    return answer;
  }

  private Reply create(JsonNode input) {
    String name = input.path("Name").asText("");
    if (name.isEmpty()) {
      return error("InvalidParameterException", "Name: nothing (expected: a secret's name)");
    }
    return secrets.find(name).isPresent()
        ? error("ResourceExistsException", "The secret " + name + " already exists.")
        : ok(head(secrets.put(name, given(input))));
  }

  private static Value given(JsonNode input) {
    return input.has("SecretBinary")
        ? new Value.Binary(input.path("SecretBinary").asText())
        : new Value.Text(input.path("SecretString").asText());
  }

  private ObjectNode list() {
    ObjectNode answer = JSON.createObjectNode();
    secrets.all().forEach(secret -> answer.withArray("SecretList").add(description(secret)));
    return answer;
  }

  private static ObjectNode description(Secret secret) {
    ObjectNode answer = head(secret);
    answer.remove("VersionId");
    answer.put("CreatedDate", secret.created().getEpochSecond());
    ObjectNode stages = answer.putObject("VersionIdsToStages");
    secret.versions().forEach(version -> stages.putArray(version.id()).add(stage(secret, version)));
    return answer;
  }

  private static ObjectNode head(Secret secret) {
    return JSON.createObjectNode()
        .put("ARN", secret.arn())
        .put("Name", secret.name())
        .put("VersionId", secret.current().id());
  }

  private static String stage(Secret secret, Version version) {
    return secret.current().id().equals(version.id()) ? "AWSCURRENT" : "AWSPREVIOUS";
  }

  private static Reply ok(JsonNode answer) {
    return json(200, answer);
  }

  private static Reply notFound() {
    return error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  private static Reply error(String type, String message) {
    return json(400, JSON.createObjectNode().put("__type", type).put("Message", message));
  }

  private static Reply json(int status, JsonNode body) {
    return Reply.of(
        status, "application/x-amz-json-1.1", body.toString().getBytes(StandardCharsets.UTF_8));
  }
}

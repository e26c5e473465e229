package dev.gatehouse.localstack.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The endpoint in the words of the AWS SDK: AWS JSON 1.1 over HTTP. */
class SecretsEndpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));

  private final Secrets secrets = new Secrets("eu-central-1", "000000000000", CLOCK);
  private final HttpClient http = HttpClient.newHttpClient();
  private SecretsEndpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    endpoint = SecretsEndpoint.start(secrets);
    secrets.put("gateway/redis", new Secrets.Value.Text("{\"username\":\"u\"}"));
  }

  @AfterEach
  void end() {
    http.close();
    endpoint.close();
  }

  @Test
  void aSecretIsFoundByNameByArnAndByPartialArn() throws Exception {
    String arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:gateway/redis";
    for (String id : new String[] {"gateway/redis", arn + "-local1", arn}) {
      JsonNode value = call("GetSecretValue", "{\"SecretId\":\"" + id + "\"}", 200);
      assertThat(value.path("SecretString").asText()).isEqualTo("{\"username\":\"u\"}");
      assertThat(value.path("Name").asText()).isEqualTo("gateway/redis");
      assertThat(value.path("CreatedDate").asLong()).isEqualTo(1_767_323_045);
    }
  }

  @Test
  void anUnknownSecretIsAnErrorThatTheSdkKnows() throws Exception {
    assertThat(call("GetSecretValue", "{\"SecretId\":\"gateway/re\"}", 400).path("__type").asText())
        .isEqualTo("ResourceNotFoundException");
  }

  @Test
  void aNewValueIsCurrentAndTheOldOnePrevious() throws Exception {
    call("PutSecretValue", "{\"SecretId\":\"gateway/redis\",\"SecretString\":\"new\"}", 200);

    assertThat(
            call("GetSecretValue", "{\"SecretId\":\"gateway/redis\"}", 200)
                .path("SecretString")
                .asText())
        .isEqualTo("new");
    assertThat(
            call(
                    "GetSecretValue",
                    "{\"SecretId\":\"gateway/redis\",\"VersionStage\":\"AWSPREVIOUS\"}",
                    200)
                .path("SecretString")
                .asText())
        .isEqualTo("{\"username\":\"u\"}");
  }

  @Test
  void aSecretIsCreatedOnce() throws Exception {
    String input = "{\"Name\":\"other\",\"SecretBinary\":\"AAE=\"}";
    call("CreateSecret", input, 200);

    assertThat(
            call("GetSecretValue", "{\"SecretId\":\"other\"}", 200).path("SecretBinary").asText())
        .isEqualTo("AAE=");
    assertThat(call("CreateSecret", input, 400).path("__type").asText())
        .isEqualTo("ResourceExistsException");
    assertThat(call("ListSecrets", "{}", 200).path("SecretList")).hasSize(2);
    assertThat(call("DescribeSecret", "{\"SecretId\":\"other\"}", 200).has("SecretBinary"))
        .isFalse();
  }

  private JsonNode call(String operation, String input, int status) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(endpoint.uri())
                .header("Content-Type", "application/x-amz-json-1.1")
                .header("X-Amz-Target", "secretsmanager." + operation)
                .POST(HttpRequest.BodyPublishers.ofString(input))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(status);
    return JSON.readTree(response.body());
  }
}

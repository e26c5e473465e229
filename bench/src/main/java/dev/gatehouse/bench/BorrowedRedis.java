package dev.gatehouse.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.bench.FunctionProcess.Borrowed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** A local run's Redis and the login of its functions, for those who read no secrets themselves. */
record BorrowedRedis(String host, String port, String username, String password) {

  /** Read from the run's Secrets Manager, as its functions do. */
  static BorrowedRedis of(Borrowed borrowed) throws IOException, InterruptedException {
    ObjectMapper json = new ObjectMapper();
    Map<String, String> variables = borrowed.variables();
    String secret =
        json.createObjectNode().put("SecretId", variables.get("REDIS_SECRET")).toString();
    try (HttpClient http = HttpClient.newHttpClient()) {
      String answer =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create(
                              variables.getOrDefault("AWS_ENDPOINT_URL_SECRETS_MANAGER", "")))
                      .header("X-Amz-Target", "secretsmanager.GetSecretValue")
                      .header("Content-Type", "application/x-amz-json-1.1")
                      .POST(BodyPublishers.ofString(secret))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      JsonNode login = json.readTree(json.readTree(answer).path("SecretString").asText());
      String[] endpoint = variables.getOrDefault("REDIS_ENDPOINT", ":").split(":", 2);
      return new BorrowedRedis(
          endpoint[0],
          endpoint[1],
          login.path("username").asText(),
          login.path("password").asText());
    }
  }

  /** Where it is; the password is in no text. */
  @Override
  public String toString() {
    return "BorrowedRedis[" + host + ":" + port + "]";
  }
}

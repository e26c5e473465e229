package dev.gatehouse.localstack.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * The commands of one session (https://www.w3.org/TR/webdriver2/).
 *
 * @param session its address
 */
record WebDriver(String session) {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static WebDriver session(String driver, ObjectNode capabilities)
      throws IOException, InterruptedException {
    JsonNode value = send("POST", driver + "/session", capabilities);
    return new WebDriver(driver + "/session/" + value.path("sessionId").asText());
  }

  JsonNode get(String command) throws IOException, InterruptedException {
    return send("GET", session + "/" + command, JSON.createObjectNode());
  }

  JsonNode post(String command, ObjectNode parameters) throws IOException, InterruptedException {
    return send("POST", session + "/" + command, parameters);
  }

  void deleteCookies() throws IOException, InterruptedException {
    send("DELETE", session + "/cookie", JSON.createObjectNode());
  }

  void delete() throws IOException, InterruptedException {
    send("DELETE", session, JSON.createObjectNode());
  }

  private static JsonNode send(String method, String uri, ObjectNode parameters)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(60));
    HttpResponse<String> answer =
        HTTP.send(
            request
                .method(
                    method,
                    method.equals("POST")
                        ? BodyPublishers.ofString(parameters.toString())
                        : BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
    JsonNode value = JSON.readTree(answer.body()).path("value");
    if (answer.statusCode() != 200) {
      throw new IOException(uri + ": " + value.path("message").asText(answer.body()));
    }
    return value;
  }
}

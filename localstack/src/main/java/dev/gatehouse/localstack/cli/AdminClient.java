package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A gateway's own administration.
 *
 * @param url of the gateway, without a path
 * @param token an operator's
 */
record AdminClient(String url, String token) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Asks.
   *
   * @throws IOException for every answer but a good one, in the problem's words
   */
  JsonNode call(String method, String path, Optional<ObjectNode> body) throws IOException {
    if (!url.matches("https?://[^/?#]+/*")) {
      throw new IOException("--url: " + url + " (expected: http://HOST:PORT or https://HOST)");
    }
    URI uri = URI.create(url.replaceAll("/+$", "") + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(30_000);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("Authorization", "Bearer " + token);
    connection.setRequestProperty("Accept", "application/json");
    try {
      if (body.isPresent()) {
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.get().toString().getBytes(StandardCharsets.UTF_8));
      }
      return answer(connection);
    } catch (ConnectException e) {
      throw new IOException(uri + ": nothing listens there (expected: a running gateway)", e);
    }
  }

  private static JsonNode answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    boolean good = status >= 200 && status < 300;
    try (InputStream input = good ? connection.getInputStream() : connection.getErrorStream()) {
      JsonNode answer = read(input == null ? new byte[0] : input.readAllBytes());
      if (good) {
        return answer;
      }
      throw new IOException(problem(status, answer));
    }
  }

  private static JsonNode read(byte[] octets) throws IOException {
    try {
      return JSON.readTree(octets);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  private static String problem(int status, JsonNode answer) {
    StringBuilder text =
        new StringBuilder()
            .append(status)
            .append(' ')
            .append(answer.path("code").asText("without a code"))
            .append(": ")
            .append(answer.path("detail").asText("no gateway's answer"));
    answer
        .path("violations")
        .forEach(
            violation ->
                text.append(System.lineSeparator())
                    .append("  ")
                    .append(violation.path("pointer").asText())
                    .append(": ")
                    .append(violation.path("detail").asText()));
    return text.toString();
  }
}

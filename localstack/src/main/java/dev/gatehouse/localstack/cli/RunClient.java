package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The control API of a run, for another command.
 *
 * @param port of the run's API
 */
record RunClient(int port) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A token of exactly these bytes. */
  String sign(String issuer, byte[] payload) throws IOException {
    String body =
        JSON.createObjectNode()
            .put("payload_base64", Base64.getEncoder().encodeToString(payload))
            .toString();
    URI uri = URI.create("http://127.0.0.1:" + port + "/_local/issuers/" + issuer + "/sign");
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setConnectTimeout(2_000);
    connection.setReadTimeout(10_000);
    connection.setRequestProperty("Content-Type", "application/json");
    try (OutputStream output = connection.getOutputStream()) {
      output.write(body.getBytes(StandardCharsets.UTF_8));
    }
    int status = connection.getResponseCode();
    try (InputStream input =
        status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
      JsonNode answer = JSON.readTree(input);
      if (status != 200) {
        throw new IOException(uri + ": " + status + " " + answer);
      }
      return answer.path("token").asText();
    }
  }
}

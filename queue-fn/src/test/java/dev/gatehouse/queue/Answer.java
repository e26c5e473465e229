package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Invocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;

/** What a call was answered. */
record Answer(int status, JsonNode headers, String body, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Answer to(Call call, FrontDoor door) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    door.serve(
        new ByteArrayInputStream(call.json()), output, new Invocation(Duration.ofSeconds(20)));
    JsonNode answer = JSON.readTree(output.toByteArray());
    String body = answer.path("body").asText();
    if (answer.path("isBase64Encoded").asBoolean()) {
      body = new String(Base64.getDecoder().decode(body), UTF_8);
    }
    boolean json = answer.at("/multiValueHeaders/Content-Type/0").asText().contains("json");
    return new Answer(
        answer.path("statusCode").asInt(),
        answer.path("multiValueHeaders"),
        body,
        JSON.readTree(json ? body : "{}"));
  }

  String cookie(String name) {
    for (JsonNode value : headers.path("Set-Cookie")) {
      if (value.asText().startsWith(name + "=")) {
        return value.asText().substring(name.length() + 1, value.asText().indexOf(';'));
      }
    }
    return "";
  }

  String header(String name) {
    return headers.path(name).path(0).asText();
  }
}

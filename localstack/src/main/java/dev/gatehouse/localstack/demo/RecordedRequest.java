package dev.gatehouse.localstack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One request as a back end saw it.
 *
 * @param path as it was sent, percent-encoding included
 * @param query without its question mark; empty where there was none
 * @param headers by name as it was spelled, in order of first appearance
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RecordedRequest(
    String method,
    String path,
    String query,
    Map<String, List<String>> headers,
    byte[] body,
    Instant at) {

  public RecordedRequest {
    headers = new LinkedHashMap<>(headers);
  }

  public JsonNode json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("method", method).put("path", path).put("query", query);
    ObjectNode names = json.putObject("headers");
    headers.forEach(
        (name, values) -> {
          ArrayNode list = names.putArray(name);
          values.forEach(list::add);
        });
    return json.put("body_base64", Base64.getEncoder().encodeToString(body))
        .put("at", at.toString());
  }
}

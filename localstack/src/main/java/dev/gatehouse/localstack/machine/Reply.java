package dev.gatehouse.localstack.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One whole HTTP answer of an endpoint of the local run. */
@SuppressWarnings("ArrayRecordComponent") // written once, never compared
public record Reply(int status, Map<String, String> headers, byte[] body) {

  public static Reply json(int status, JsonNode body) {
    return of(status, "application/json", body.toString().getBytes(StandardCharsets.UTF_8));
  }

  public static Reply text(int status, String body) {
    return of(status, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  public static Reply of(int status, String contentType, byte[] body) {
    return new Reply(status, Map.of("Content-Type", contentType), body);
  }

  public static Reply empty(int status) {
    return new Reply(status, Map.of(), new byte[0]);
  }
}

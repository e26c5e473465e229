package dev.gatehouse.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An error as the client sees it: RFC 9457 with {@code code}, {@code request_id}, {@code trace_id}
 * and the members of the case.
 *
 * @param detail one sentence for a person; never exception text, class names, hosts, tokens or
 *     bodies
 * @param instance the canonical path that was asked for
 */
public record Problem(
    ErrorCode code,
    String detail,
    String instance,
    String requestId,
    String traceId,
    Map<String, Object> members) {

  /** The media type of RFC 9457. */
  public static final String MEDIA_TYPE = "application/problem+json";

  public Problem {
    members = Map.copyOf(members);
  }

  /**
   * @param classic adds {@code {"error":{"code","message","trace_id"}}} for clients of older
   *     gateways
   */
  public GatewayResponse response(boolean classic) {
    String json = Json.text(generator -> write(generator, classic));
    return new GatewayResponse(
        code.status(),
        Headers.of("Content-Type", MEDIA_TYPE),
        json.getBytes(StandardCharsets.UTF_8));
  }

  private void write(JsonGenerator json, boolean classic) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", code.type());
    json.writeStringField("title", code.title());
    json.writeNumberField("status", code.status());
    json.writeStringField("detail", detail);
    json.writeStringField("instance", instance);
    json.writeStringField("code", code.code());
    json.writeStringField("request_id", requestId);
    json.writeStringField("trace_id", traceId);
    for (Map.Entry<String, Object> member : new TreeMap<>(members).entrySet()) {
      json.writeFieldName(member.getKey());
      Json.value(json, member.getValue());
    }
    if (classic) {
      json.writeObjectFieldStart("error");
      json.writeStringField("code", code.code());
      json.writeStringField("message", detail);
      json.writeStringField("trace_id", traceId);
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}

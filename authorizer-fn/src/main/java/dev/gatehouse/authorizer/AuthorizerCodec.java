package dev.gatehouse.authorizer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.http.ClientAddress;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Headers;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * API Gateway's REQUEST authorizer event and its answer, without reflection.
 *
 * <p>Shapes:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 * and
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html.
 * Of {@code headers}, which keeps one value of a repeated field, and {@code multiValueHeaders},
 * which keeps all, the latter is read wherever it is there.
 */
final class AuthorizerCodec {
  private static final int PRINCIPAL_ID_OCTETS = 16;

  private AuthorizerCodec() {}

  /**
   * @param trustedHops how many proxies of ours stand in front of API Gateway
   * @throws IOException when this is no such event; says what was missing
   */
  static AuthorizerRequest decode(InputStream event, int trustedHops) throws IOException {
    try (JsonParser json = Json.FACTORY.createParser(event)) {
      return new Event().read(json, trustedHops);
    } catch (JacksonException e) {
      // The parser's message quotes the text around the fault, which may be a token.
      throw new IOException("event is no JSON (expected: a REQUEST authorizer event)");
    }
  }

  /** The policy for a known caller: every method of the stage, and who calls. */
  static byte[] allow(ApiStage stage, Principal principal) {
    return policy(stage, "Allow", principalId(principal), principal.toContext());
  }

  /** The policy for nobody: every method of the stage; the pipeline knows which ones welcome it. */
  static byte[] allowAnonymous(ApiStage stage) {
    return policy(stage, "Allow", "anonymous", Map.of("kind", "none"));
  }

  /** The policy for a credential that will not be believed: no method, and why. */
  static byte[] deny(ApiStage stage, ErrorCode code) {
    Map<String, String> context = new LinkedHashMap<>();
    context.put("code", code.code());
    context.put("type", code.type());
    context.put("title", code.title());
    context.put("detail", "The credential was refused: " + code.title() + ".");
    return policy(stage, "Deny", "refused", context);
  }

  private static byte[] policy(
      ApiStage stage, String effect, String principalId, Map<String, String> context) {
    return Json.text(
            json -> {
              json.writeStartObject();
              json.writeStringField("principalId", principalId);
              json.writeObjectFieldStart("policyDocument");
              json.writeStringField("Version", "2012-10-17");
              json.writeArrayFieldStart("Statement");
              json.writeStartObject();
              json.writeStringField("Action", "execute-api:Invoke");
              json.writeStringField("Effect", effect);
              json.writeStringField("Resource", stage.everyMethod());
              json.writeEndObject();
              json.writeEndArray();
              json.writeEndObject();
              json.writeFieldName("context");
              Json.value(json, context);
              json.writeEndObject();
            })
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A name for access logs that fits every subject: a hash of issuer and subject. */
  private static String principalId(Principal principal) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(principal.issuer().getBytes(StandardCharsets.UTF_8));
      hash.update((byte) 0);
      byte[] digest = hash.digest(principal.subject().getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(digest, PRINCIPAL_ID_OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256 (expected: every JDK has it)", e);
    }
  }

  /** The members of one event, in whatever order they come. */
  private static final class Event {
    private String methodArn = "";
    private String method = "";
    private String resource = "";
    private String sourceIp = "";
    private String requestId = "";
    private final Headers.Builder single = Headers.builder();
    private final Headers.Builder multi = Headers.builder();

    AuthorizerRequest read(JsonParser json, int trustedHops) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException(json.currentToken() + " (expected: a REQUEST authorizer event)");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        member(json, name);
      }
      ApiStage stage =
          ApiStage.of(methodArn)
              .orElseThrow(() -> new IOException("methodArn (expected: an execute-api ARN)"));
      Headers headers = headers();
      String address = ClientAddress.of(headers, sourceIp, trustedHops);
      return new AuthorizerRequest(stage, method, resource, headers, address, requestId);
    }

    private Headers headers() {
      Headers all = multi.build();
      return all.fields().isEmpty() ? single.build() : all;
    }

    private void member(JsonParser json, String name) throws IOException {
      switch (name) {
        case "methodArn" -> methodArn = text(json);
        case "httpMethod" -> method = text(json);
        case "resource" -> resource = text(json);
        case "headers" -> headers(json, single);
        case "multiValueHeaders" -> headers(json, multi);
        case "requestContext" -> context(json);
        default -> json.skipChildren();
      }
    }

    private void context(JsonParser json) throws IOException {
      if (!json.isExpectedStartObjectToken()) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "requestId" -> requestId = text(json);
          case "identity" -> identity(json);
          default -> json.skipChildren();
        }
      }
    }

    private void identity(JsonParser json) throws IOException {
      if (!json.isExpectedStartObjectToken()) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("sourceIp")) {
          sourceIp = text(json);
        } else {
          json.skipChildren();
        }
      }
    }

    private static void headers(JsonParser json, Headers.Builder fields) throws IOException {
      if (!json.isExpectedStartObjectToken()) {
        json.skipChildren();
        return;
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.START_ARRAY) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            fields.add(name, text(json));
          }
        } else {
          fields.add(name, text(json));
        }
      }
    }

    private static String text(JsonParser json) throws IOException {
      if (json.currentToken() == JsonToken.VALUE_NULL) {
        return "";
      }
      if (!json.currentToken().isScalarValue()) {
        throw new IOException(json.currentName() + " (expected: text)");
      }
      return json.getText();
    }
  }
}

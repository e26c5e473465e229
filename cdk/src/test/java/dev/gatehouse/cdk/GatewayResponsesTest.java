package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Cors;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.ErrorCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What API Gateway answers by itself. */
class GatewayResponsesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What API Gateway or our authorizer writes; everything else is the client's text. */
  private static final List<String> SAFE_VARIABLES =
      List.of(
          "$context.requestId",
          "$context.xrayTraceId",
          "$context.authorizer.code",
          "$context.authorizer.type",
          "$context.authorizer.title",
          "$context.authorizer.detail");

  @Test
  void everyTypeIsAnswered() {
    assertThat(answers().keySet())
        .containsExactly(
            "ACCESS_DENIED",
            "API_CONFIGURATION_ERROR",
            "AUTHORIZER_CONFIGURATION_ERROR",
            "AUTHORIZER_FAILURE",
            "BAD_REQUEST_BODY",
            "BAD_REQUEST_PARAMETERS",
            "DEFAULT_4XX",
            "DEFAULT_5XX",
            "EXPIRED_TOKEN",
            "INTEGRATION_FAILURE",
            "INTEGRATION_TIMEOUT",
            "INVALID_API_KEY",
            "INVALID_SIGNATURE",
            "MISSING_AUTHENTICATION_TOKEN",
            "QUOTA_EXCEEDED",
            "REQUEST_TOO_LARGE",
            "RESOURCE_NOT_FOUND",
            "THROTTLED",
            "UNAUTHORIZED",
            "UNSUPPORTED_MEDIA_TYPE",
            "WAF_FILTERED");
  }

  @Test
  void statusesAndCodesAreThoseOfTheContract() throws JsonProcessingException {
    assertThat(told("MISSING_AUTHENTICATION_TOKEN")).isEqualTo("404 NOT_FOUND");
    assertThat(told("RESOURCE_NOT_FOUND")).isEqualTo("404 NOT_FOUND");
    assertThat(told("INVALID_SIGNATURE")).isEqualTo("404 NOT_FOUND");
    assertThat(told("UNAUTHORIZED")).isEqualTo("401 MISSING_AUTHORIZATION");
    assertThat(told("ACCESS_DENIED")).isEqualTo("401 $context.authorizer.code");
    assertThat(told("THROTTLED")).isEqualTo("429 RATE_LIMITED");
    assertThat(told("REQUEST_TOO_LARGE")).isEqualTo("413 PAYLOAD_TOO_LARGE");
    assertThat(told("INTEGRATION_FAILURE")).isEqualTo("502 UPSTREAM_ERROR");
    assertThat(told("INTEGRATION_TIMEOUT")).isEqualTo("504 UPSTREAM_TIMEOUT");
    assertThat(told("AUTHORIZER_FAILURE")).isEqualTo("500 INTERNAL_ERROR");
    assertThat(told("WAF_FILTERED")).isEqualTo("403 ACCESS_DENIED");
  }

  @Test
  void bodiesAreProblemsWhateverTheVariablesHold() throws JsonProcessingException {
    for (GatewayResponses.Answer answer : answers().values()) {
      JsonNode body = JSON.readTree(answer.body().replace("$context.authorizer.code", "X"));
      assertThat(body.fieldNames())
          .toIterable()
          .as(answer.type())
          .containsExactly("type", "title", "status", "detail", "code", "request_id", "trace_id");
      answer
          .status()
          .ifPresent(status -> assertThat(body.get("status").intValue()).isEqualTo(status));
    }
  }

  @Test
  void noTextOfTheClientEntersABody() {
    for (GatewayResponses.Answer answer : answers().values()) {
      Matcher variable = Pattern.compile("\\$[a-zA-Z.]+").matcher(answer.body());
      while (variable.find()) {
        assertThat(SAFE_VARIABLES).contains(variable.group());
      }
    }
  }

  @Test
  void typesAndTitlesAreThoseOfTheFunctions() throws JsonProcessingException {
    for (GatewayResponses.Answer answer : answers().values()) {
      JsonNode body = JSON.readTree(answer.body());
      if (!answer.type().equals("ACCESS_DENIED")) {
        ErrorCode code = ErrorCode.valueOf(body.get("code").textValue());
        assertThat(body.get("type").textValue()).isEqualTo(code.type());
        assertThat(body.get("title").textValue()).isEqualTo(code.title());
      }
    }
  }

  @Test
  void everyAnswerHasTheHeadersOfTheFunctions() {
    assertThat(answers().values())
        .allSatisfy(
            answer ->
                assertThat(answer.headers())
                    .containsEntry("Content-Type", "'application/problem+json'")
                    .containsEntry("X-Request-ID", "context.requestId")
                    .containsEntry("X-Content-Type-Options", "'nosniff'")
                    .containsEntry("X-Frame-Options", "'DENY'")
                    .containsEntry("Cache-Control", "'no-store'")
                    .containsEntry("Vary", "'Origin'")
                    .containsKeys(
                        "X-Process-Time",
                        "Strict-Transport-Security",
                        "Content-Security-Policy",
                        "Access-Control-Expose-Headers"));
    assertThat(answer("UNAUTHORIZED").headers())
        .containsEntry("WWW-Authenticate", "'Bearer error=\"invalid_token\"'");
    assertThat(answer("ACCESS_DENIED").headers()).containsKey("WWW-Authenticate");
    assertThat(answer("THROTTLED").headers()).containsEntry("Retry-After", "'1'");
  }

  /** Only the outermost quotes are the mapping's: 'none' of the CSP keeps its own. */
  @Test
  void headersAreFixedTextsOrMappings() {
    assertThat(new CorsOnErrors(Optional.empty()).headers()).isEmpty();
    for (GatewayResponses.Answer answer : answers().values()) {
      answer
          .headers()
          .forEach(
              (name, value) ->
                  assertThat(value)
                      .as(name)
                      .matches("'.*'|context[.]requestId|method[.]request[.]header[.][a-z-]+"));
    }
  }

  @Test
  void anOriginIsNeverEchoed() {
    Map<String, String> several = cors(true, "https://a.example", "https://b.example");
    Map<String, String> everyone = cors(false, "*");

    assertThat(several)
        .containsEntry(
            "Access-Control-Allow-Origin", "method.request.header.x-amzn-waf-cors-origin")
        .containsEntry(
            "Access-Control-Allow-Credentials", "method.request.header.x-amzn-waf-cors-credentials")
        .containsEntry(
            "Access-Control-Expose-Headers", "method.request.header.x-amzn-waf-cors-exposed");
    assertThat(everyone)
        .containsEntry(
            "Access-Control-Expose-Headers", "'X-Request-ID, X-Process-Time, Retry-After'")
        .containsEntry("Access-Control-Allow-Origin", "'*'")
        .doesNotContainKey("Access-Control-Allow-Credentials");
    assertThat(new CorsOnErrors(rules(false, "*")).recognized()).isEmpty();
    assertThat(new CorsOnErrors(rules(true, "https://a.example")).inserted("https://a.example"))
        .containsExactly(
            entry("cors-origin", "https://a.example"),
            entry("cors-credentials", "true"),
            entry("cors-exposed", "X-Request-ID, X-Process-Time, Retry-After"));
    assertThat(new CorsOnErrors(rules(false, "https://a.example")).inserted("https://a.example"))
        .doesNotContainKey("cors-credentials");
  }

  @Test
  void olderClientsFindTheirErrorMember() throws JsonProcessingException {
    Gateway gateway = Assembly.config();
    Gateway classic =
        new Gateway(
            gateway.name(),
            gateway.identity(),
            gateway.cors(),
            gateway.limits(),
            gateway.queues(),
            gateway.services(),
            gateway.routes(),
            Gateway.ErrorFormat.CLASSIC,
            gateway.operations(),
            gateway.trustedHops(),
            gateway.redact());
    for (GatewayResponses.Answer answer : new GatewayResponses(classic).answers()) {
      JsonNode body = JSON.readTree(answer.body());
      assertThat(body.at("/error/code")).isEqualTo(body.get("code"));
      assertThat(body.at("/error/message")).isEqualTo(body.get("detail"));
    }
  }

  private static String told(String type) throws JsonProcessingException {
    GatewayResponses.Answer answer = answer(type);
    return answer.status().orElseThrow()
        + " "
        + JSON.readTree(answer.body()).get("code").textValue();
  }

  private static GatewayResponses.Answer answer(String type) {
    return Objects.requireNonNull(answers().get(type));
  }

  private static Map<String, GatewayResponses.Answer> answers() {
    Map<String, GatewayResponses.Answer> answers = new TreeMap<>();
    new GatewayResponses(Assembly.config())
        .answers()
        .forEach(answer -> answers.put(answer.type(), answer));
    return answers;
  }

  private static Map<String, String> cors(boolean credentials, String... origins) {
    return new CorsOnErrors(rules(credentials, origins)).headers();
  }

  private static Optional<Cors> rules(boolean credentials, String... origins) {
    return Optional.of(
        new Cors(
            Arrays.asList(origins), List.of(), List.of(), credentials, Duration.ofMinutes(10)));
  }
}

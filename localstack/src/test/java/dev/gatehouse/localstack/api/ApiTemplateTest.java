package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.localstack.assembly.AssemblyException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates that this emulator, or API Gateway, would not run. */
final class ApiTemplateTest {

  private static final String OPEN = "\"AuthorizationType\":\"NONE\"";
  private static final String URI =
      "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
          + LocalApi.PROXY
          + "/invocations";

  @TempDir Path folder;

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "RestApi Policy: {} (expected: no resource policy",
            api -> api.restApi("\"Policy\":{}")),
        fault(
            "AuthorizationType: AWS_IAM (expected: NONE or CUSTOM)",
            api -> api.method("GET", "/x", "\"AuthorizationType\":\"AWS_IAM\"")),
        fault(
            "AuthorizerId: nobody (expected: an authorizer of the same API)",
            api ->
                api.method(
                    "GET", "/x", "\"AuthorizationType\":\"CUSTOM\",\"AuthorizerId\":\"nobody\"")),
        fault(
            "ApiKeyRequired: true (expected: false",
            api -> api.method("GET", "/x", OPEN + ",\"ApiKeyRequired\":true")),
        fault(
            "RequestValidatorId: \"v\" (expected: none",
            api -> api.method("GET", "/x", OPEN + ",\"RequestValidatorId\":\"v\"")),
        fault("HttpMethod: FETCH (expected: ANY or one of", api -> api.method("FETCH", "/x")),
        fault(
            "HttpMethod: GET /x (expected: one method of that verb)",
            api -> api.method("GET", "/x").method("GET", "/x")),
        fault(
            "ParentId: {proxy+} (expected: a parent that is no {proxy+})",
            api -> api.method("GET", "/{proxy+}/x")),
        fault(
            "Integration.Type: HTTP (expected: AWS_PROXY or MOCK)",
            api -> api.integrated("GET", "/x", OPEN, "\"Type\":\"HTTP\"")),
        fault(
            "Integration.IntegrationHttpMethod: GET (expected: POST",
            api ->
                api.integrated(
                    "GET",
                    "/x",
                    OPEN,
                    "\"Type\":\"AWS_PROXY\",\"IntegrationHttpMethod\":\"GET\",\"Uri\":\""
                        + URI
                        + "\"")),
        fault(
            "Uri: https://x (expected: arn:aws:apigateway:REGION",
            api ->
                api.integrated(
                    "GET",
                    "/x",
                    OPEN,
                    "\"Type\":\"AWS_PROXY\",\"IntegrationHttpMethod\":\"POST\",\"Uri\":\"https://x\"")),
        fault(
            "IdentitySource: nothing (expected: an identity source, as results are kept for 300 s)",
            api -> api.authorizer("A", "", 300)),
        fault(
            "IdentitySource: method.request.path.id (expected: one of",
            api -> api.authorizer("A", "method.request.path.id", 0)),
        fault(
            "AuthorizerResultTtlInSeconds: 3601 (expected: 0 to 3600)",
            api -> api.authorizer("A", "method.request.header.A", 3601)),
        fault(
            "ResponseType: TEAPOT (expected: [ACCESS_DENIED",
            api -> api.gatewayResponse("TEAPOT", "\"StatusCode\":\"418\"")),
        fault(
            "unquoted (expected: 'fixed', method.request.header.NAME",
            api ->
                api.gatewayResponse(
                    "DEFAULT_4XX",
                    "\"ResponseParameters\":{\"gatewayresponse.header.A\":\"unquoted\"}")),
        fault(
            "Integration.ResponseTemplates: $input.json('$') (expected: a fixed text without VTL)",
            api ->
                api.integrated(
                    "GET",
                    "/x",
                    OPEN,
                    "\"Type\":\"MOCK\",\"IntegrationResponses\":[{\"StatusCode\":\"200\",\"ResponseTemplates\":{\"a/b\":\"$input.json('$')\"}}]")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aTemplateThatCannotRunSaysWhy(String message, UnaryOperator<LocalApi> fault) {
    try (var api = fault.apply(new LocalApi(folder))) {
      assertThatThrownBy(api::start)
          .isInstanceOf(AssemblyException.class)
          .hasMessageStartingWith("s/")
          .hasMessageContaining(message);
    }
  }

  private static Arguments fault(String message, UnaryOperator<LocalApi> api) {
    return Arguments.of(message, api);
  }
}

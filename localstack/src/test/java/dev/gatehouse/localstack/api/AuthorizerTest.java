package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may call a method. */
final class AuthorizerTest {

  private static final String API = "arn:aws:execute-api:eu-west-1:123456789012:*/live/";
  private static final String TOKEN = "Authorization: Bearer t";

  @TempDir Path folder;
  private LocalApi api;

  @BeforeEach
  void start() throws IOException {
    api =
        new LocalApi(folder)
            .authorizer("Jwt", "method.request.header.Authorization", 300)
            .authorizer("Either", "", 0)
            .authorizer(
                "Both",
                "method.request.header.Authorization, method.request.querystring.key,"
                    + "stageVariables.colour,context.identity.sourceIp",
                60)
            .authorizer("Strict", "method.request.header.Authorization", 0)
            .method("GET", "/a", LocalApi.by("Jwt"))
            .method("DELETE", "/a", LocalApi.by("Jwt"))
            .method("GET", "/a/b/{proxy+}", LocalApi.by("Jwt"))
            .method("GET", "/either", LocalApi.by("Either"))
            .method("GET", "/both", LocalApi.by("Both"))
            .method("GET", "/strict", LocalApi.by("Strict"))
            .method("GET", "/open")
            .start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/a,X: y",
    "/a,Authorization:",
    "/strict,X: y",
    "/both,Authorization: t",
    "/both?key=,Authorization: t",
    "/both?key=1,X: y"
  })
  void aMissingOrEmptyIdentitySourceIsUnauthorizedWithoutACall(String target, String header)
      throws IOException {
    var answer = api.get(target, header);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.text()).isEqualTo("{\"message\":\"Unauthorized\"}");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("UnauthorizedException");
    assertThat(api.authorized()).isEmpty();
    assertThat(api.proxied()).isEmpty();
  }

  @Test
  void anAuthorizerWithoutSourcesIsCalledEveryTime() throws IOException {
    assertThat(api.get("/either").status()).isEqualTo(200);
    assertThat(api.get("/either", TOKEN).status()).isEqualTo(200);
    assertThat(api.authorized()).hasSize(2);
  }

  @Test
  void allSourcesTogetherAreEnough() throws IOException {
    assertThat(api.get("/both?key=1", "authorization: t").status()).isEqualTo(200);
  }

  @Test
  void aResultIsKeptForItsTimePerValueOfTheSources() throws IOException {
    api.get("/a", TOKEN);
    api.advance(299);
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(200);
    assertThat(api.authorized()).hasSize(1);
    assertThat(api.event().at("/requestContext/authorizer/integrationLatency").asInt()).isZero();

    api.get("/a", "Authorization: Bearer other");
    assertThat(api.authorized()).hasSize(2);
    api.advance(1);
    api.get("/a", TOKEN);
    assertThat(api.authorized()).hasSize(3);
  }

  @Test
  void resultsOfOneAuthorizerAreNotAnothers() throws IOException {
    api.get("/a", TOKEN);
    api.get("/strict", TOKEN);
    assertThat(api.authorized()).hasSize(2);
  }

  @Test
  void aKeptPolicyIsEvaluatedForEachMethodAnew() throws IOException {
    api.authorizerAnswers(event -> LocalApi.allow(API + "GET/a"));

    assertThat(api.get("/a", TOKEN).status()).isEqualTo(200);
    assertThat(api.send("DELETE", "/a", "", TOKEN).status()).isEqualTo(403);
    assertThat(api.get("/a/b/c", TOKEN).status()).isEqualTo(403);
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(200);
    assertThat(api.authorized()).hasSize(1);
    assertThat(api.proxied()).hasSize(2);
  }

  @Test
  void aDenialIsKeptToo() throws IOException {
    api.authorizerAnswers(event -> LocalApi.allow(API + "GET/none"));
    api.get("/a", TOKEN);
    assertThat(api.get("/a", TOKEN).text())
        .isEqualTo("{\"message\":\"User is not authorized to access this resource\"}");
    assertThat(api.authorized()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "*,200",
    API + "*,200",
    API + "GET/*,200",
    API + "*/b/c,200",
    API + "GET/a/b/?,200",
    API + "GET/a/b,403",
    API + "POST/*,403",
    API + "get/*,403",
    API + "GET/a/b/c/,403",
    "arn:aws:execute-api:us-east-1:123456789012:*,403"
  })
  void wildcardsCrossSlashes(String resource, int status) throws IOException {
    api.authorizerAnswers(event -> LocalApi.allow(resource));
    assertThat(api.get("/a/b/c", TOKEN).status()).isEqualTo(status);
  }

  @Test
  void anExplicitDenyWins() throws IOException {
    api.authorizerAnswers(
        event ->
            LocalApi.policy(
                """
                {"Effect":"Allow","Action":["execute-api:*"],"Resource":["*"]},
                {"Effect":"Deny","Action":"execute-api:Invoke","Resource":"%sGET/a"}
                """
                    .formatted(API),
                "{}"));

    var answer = api.get("/a", TOKEN);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("with an explicit deny");
    assertThat(api.get("/a/b/c", TOKEN).status()).isEqualTo(200);
  }

  @Test
  void anotherActionAllowsNothing() throws IOException {
    api.authorizerAnswers(
        event ->
            LocalApi.policy("{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}", "{}"));
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(403);
  }

  @Test
  void onlyTheExactWordIsUnauthorizedAndItIsNotKept() throws IOException {
    api.authorizerAnswers(event -> new Outcome.Failed("Error", "Unauthorized"));
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(401);
    api.authorizerAnswers(event -> LocalApi.allow("*"));
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(200);
    assertThat(api.authorized()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unauthorized", "Unauthorized.", "boom"})
  void anyOtherErrorIsAFailure(String message) throws IOException {
    api.authorizerAnswers(event -> new Outcome.Failed("Error", message));
    var answer = api.get("/a", TOKEN);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.text()).isEqualTo("{\"message\":null}");
    assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("AuthorizerFailureException");
    assertThat(answer.text()).doesNotContain("boom");
  }

  @Test
  void aTimeoutOrACrashIsAFailure() throws IOException {
    api.authorizerAnswers(event -> new Outcome.TimedOut(Duration.ofSeconds(10)));
    assertThat(api.get("/a", TOKEN).header("x-amzn-ErrorType"))
        .isEqualTo("AuthorizerFailureException");
    api.authorizerAnswers(event -> new Outcome.Crashed("exit 1"));
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "null",
        "{}",
        "{\"principalId\":\"\",\"policyDocument\":{\"Statement\":[]}}",
        "{\"principalId\":\"a\"}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Version\":\"2030-01-01\",\"Statement\":[]}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":[{\"Effect\":\"Maybe\",\"Action\":\"*\",\"Resource\":\"*\"}]}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\"}]}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{}}]}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}},\"context\":{\"a\":[1]}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}},\"context\":{\"a\":{}}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}},\"context\":{\"a\":null}}",
        "{\"principalId\":\"a\",\"policyDocument\":{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}},\"context\":\"x\"}"
      })
  void anAnswerOfAnotherShapeIsAConfigurationError(String answer) throws IOException {
    api.authorizerAnswers(event -> LocalApi.answered(answer));
    var told = api.get("/a", TOKEN);
    assertThat(told.status()).isEqualTo(500);
    assertThat(told.header("x-amzn-ErrorType")).isEqualTo("AuthorizerConfigurationException");
    assertThat(api.proxied()).isEmpty();
  }

  @Test
  void aPolicyResourceAbove512CharactersIsAConfigurationError() throws IOException {
    api.authorizerAnswers(event -> LocalApi.allow("*".repeat(513)));
    assertThat(api.get("/a", TOKEN).header("x-amzn-ErrorType"))
        .isEqualTo("AuthorizerConfigurationException");
    api.authorizerAnswers(event -> LocalApi.allow("*".repeat(512)));
    assertThat(api.get("/a", TOKEN).status()).isEqualTo(200);
  }

  @Test
  void theContextReachesTheFunctionAsTexts() throws IOException {
    api.authorizerAnswers(
        event ->
            LocalApi.policy(
                "{\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":\"*\"}",
                "{\"text\":\"a\",\"number\":7,\"flag\":true}"));
    api.get("/a", TOKEN);

    var authorizer = api.event().at("/requestContext/authorizer");
    assertThat(authorizer.path("text").asText()).isEqualTo("a");
    assertThat(authorizer.path("number").isTextual()).isTrue();
    assertThat(authorizer.path("flag")).hasToString("\"true\"");
    assertThat(authorizer.path("principalId").asText()).isEqualTo("alice");
    assertThat(authorizer.path("integrationLatency").isNumber()).isTrue();
  }

  @Test
  void theAuthorizersEventSaysWhatIsAskedFor() throws IOException {
    api.get("/a/b/c%20d/?x=1", TOKEN);

    var event = api.authorized().getLast();
    assertThat(event.path("type").asText()).isEqualTo("REQUEST");
    assertThat(event.path("methodArn").asText())
        .matches("arn:aws:execute-api:eu-west-1:123456789012:[0-9a-f]{10}/live/GET/a/b/c%20d/");
    assertThat(event.path("resource").asText()).isEqualTo("/a/b/{proxy+}");
    assertThat(event.path("path").asText()).isEqualTo("/a/b/c%20d/");
    assertThat(event.path("httpMethod").asText()).isEqualTo("GET");
    assertThat(event.at("/headers/Authorization").asText()).isEqualTo("Bearer t");
    assertThat(event.at("/multiValueHeaders/Authorization")).hasToString("[\"Bearer t\"]");
    assertThat(event.at("/queryStringParameters/x").asText()).isEqualTo("1");
    assertThat(event.at("/stageVariables/colour").asText()).isEqualTo("blue");
    assertThat(event.at("/requestContext/identity/sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(event.has("body")).isFalse();
    assertThat(event.has("identitySource")).isFalse();
    assertThat(event.at("/requestContext/authorizer").isMissingNode()).isTrue();
    api.get("/either");
    assertThat(api.authorized().getLast().path("queryStringParameters")).hasToString("{}");
    assertThat(api.authorized().getLast().path("pathParameters")).hasToString("{}");
  }

  @Test
  void aMethodArnAbove1600BytesIsTooLong() throws IOException {
    var answer = api.get("/a/b/" + "c".repeat(1600), TOKEN);
    assertThat(answer.status()).isEqualTo(414);
    assertThat(answer.text()).contains("Request URI too long");
    assertThat(api.authorized()).isEmpty();
  }

  @Test
  void openMethodsAskNobody() throws IOException {
    assertThat(api.get("/open", TOKEN).status()).isEqualTo(200);
    assertThat(api.authorized()).isEmpty();
    assertThat(api.event().at("/requestContext/authorizer").isMissingNode()).isTrue();
  }

  @Test
  void withoutAPermissionTheAuthorizerIsNeverCalled() throws IOException {
    api.close();
    api =
        new LocalApi(folder)
            .without("AuthPermission")
            .authorizer("Jwt", "method.request.header.Authorization", 300)
            .method("GET", "/a", LocalApi.by("Jwt"))
            .start();
    assertThat(api.get("/a", TOKEN).header("x-amzn-ErrorType"))
        .isEqualTo("AuthorizerConfigurationException");
    assertThat(api.authorized()).isEmpty();
  }
}

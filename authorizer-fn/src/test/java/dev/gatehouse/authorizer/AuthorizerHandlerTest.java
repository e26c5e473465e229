package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.Members.quoted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.gatehouse.http.Invocation;
import dev.gatehouse.http.Vectors;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizerHandlerTest {
  private static final String STAGE = "arn:aws:execute-api:eu-west-1:123456789012:abc123/live";

  private final AuthorizerHandler handler = new AuthorizerHandler(new World().authenticator(), 0);

  @Test
  void aKnownCallerMayUseEveryMethodOfTheStage() throws IOException, ParseException {
    Members claims = Members.claims().with("scope", quoted("a b")).with("roles", "[\"r\"]");
    Map<String, Object> answer = answer(event("GET", "Authorization", "Bearer " + signed(claims)));
    assertThat(answer)
        .containsEntry(
            "policyDocument",
            Map.of(
                "Version",
                "2012-10-17",
                "Statement",
                List.of(
                    Map.of(
                        "Action",
                        "execute-api:Invoke",
                        "Effect",
                        "Allow",
                        "Resource",
                        STAGE + "/*"))));
    Map<String, String> context = context(answer);
    assertThat(context).containsEntry("scopes", "a b").containsEntry("roles", "r");
    assertThat(Principal.fromContext(context).orElseThrow().subject()).isEqualTo("alice");
    assertThat((String) answer.get("principalId")).matches("[A-Za-z0-9_-]{22}");
  }

  @Test
  void theAnswerIsTheCallersAndNotTheMethods() throws IOException {
    String authorization = "Bearer " + World.good();
    byte[] get = run(event("GET", "Authorization", authorization));
    byte[] delete = run(event("DELETE", "Authorization", authorization));
    assertThat(get).isEqualTo(delete);
    byte[] other =
        run(
            event(
                "GET",
                "Authorization",
                "Bearer " + signed(Members.claims().with("sub", quoted("bob")))));
    assertThat(other).isNotEqualTo(get);
  }

  @Test
  void nobodyIsAnonymous() throws IOException, ParseException {
    Map<String, Object> answer = answer(event("GET", "Accept", "*/*"));
    assertThat(answer).containsEntry("principalId", "anonymous");
    assertThat(context(answer)).isEqualTo(Map.of("kind", "none"));
    assertThat(Principal.fromContext(context(answer))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer x, INVALID_TOKEN_FORMAT",
    "Basic eDp5, INVALID_TOKEN_FORMAT",
    "Bearer eyJhbGciOiJub25lIn0.e30., INVALID_TOKEN",
  })
  void aRefusalThatLastsIsADenialWithItsReason(String authorization, String code)
      throws IOException, ParseException {
    denied(event("GET", "Authorization", authorization), code);
  }

  @Test
  void anExpiredTokenIsDeniedAsSuch() throws IOException, ParseException {
    String token = signed(Members.claims().with("exp", "1000000000"));
    denied(event("GET", "Authorization", "Bearer " + token), "TOKEN_EXPIRED");
  }

  @Test
  void aTokenThatMayHealIsExactlyUnauthorized() {
    String early = signed(Members.claims().with("nbf", "4000000000"));
    unauthorized(event("GET", "Authorization", "Bearer " + early));
  }

  @Test
  void twoAuthorizationFieldsAreRefusedWithoutBeingKept() {
    String good = "Bearer " + World.good();
    Map<String, Object> event = members("GET", Map.of("Authorization", List.of(good, good)));
    unauthorized(bytes(event));
  }

  @Test
  void twoCredentialsAreRefusedWithoutBeingKept() {
    unauthorized(
        bytes(
            members(
                "GET",
                Map.of(
                    "Authorization", List.of("Bearer " + World.good()),
                    "X-API-Key", List.of("gk_1_x")))));
  }

  /** A kept refusal must not outlive what it was made from: the credential and nothing else. */
  @Test
  void onlyWhatTheCredentialItselfIsIsKept() {
    World world = new World();
    for (HostileTokens.Case hostile : HostileTokens.all()) {
      Outcome.Refused refused = (Outcome.Refused) world.verifier.verify(hostile.token());
      if (refused.lasting()) {
        world.clock.advance(Duration.ofMinutes(5));
        assertThat(world.verifier.verify(hostile.token()))
            .as(hostile.name())
            .isInstanceOf(Outcome.Refused.class);
        world.clock.advance(Duration.ofMinutes(-5));
      }
    }
  }

  @Test
  void singleHeadersServeWhereThereAreNoOthers() throws IOException, ParseException {
    Map<String, Object> event = members("GET", Map.of());
    event.put("headers", Map.of("authorization", "Bearer " + World.good()));
    assertThat(context(answer(bytes(event)))).containsEntry("subject", "alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "\"text\"",
        "{\"methodArn\":null}",
        "{\"methodArn\":[]}",
        "{\"methodArn\":\"*\"}",
        "{\"methodArn\":\"arn:aws:execute-api:eu-west-1:1:*/*/GET/x\"}",
        "{\"type\":\"TOKEN\",\"authorizationToken\":\"x\"}"
      })
  void whatIsNoEventIsRefused(String event) {
    unauthorized(event.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"headers\":null,\"multiValueHeaders\":null",
        "\"headers\":[],\"multiValueHeaders\":\"x\"",
        "\"requestContext\":null",
        "\"requestContext\":[1]",
        "\"requestContext\":{\"identity\":null,\"requestId\":null}",
        "\"requestContext\":{\"identity\":[{}]}",
        "\"multiValueHeaders\":{\"Accept\":[]}",
        "\"multiValueHeaders\":{\"Accept\":null}"
      })
  void anOddEventWithoutACredentialIsAnonymous(String members) throws IOException {
    String event = "{\"methodArn\":\"" + STAGE + "/GET/x\"," + members + "}";
    assertThat(new String(run(event.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8))
        .contains("anonymous");
  }

  @Test
  void aFaultOfOursIsARefusal() {
    IssuerKeys broken =
        new IssuerKeys() {
          @Override
          public Lookup find(JoseHeader header) {
            throw new IllegalStateException("broken");
          }

          @Override
          public void load() {}
        };
    TokenVerifier verifier =
        new TokenVerifier(
            List.of(
                new TokenVerifier.Trusted(
                    World.issuer("main", World.ISSUER, List.of("RS256")), broken)),
            new ClaimChecks(Duration.ZERO, Duration.ofHours(1), new ManualClock()),
            new ClaimMapping(Duration.ZERO));
    AuthorizerHandler faulty =
        new AuthorizerHandler(
            new Authenticator(verifier, Optional.empty(), FailedLogins.UNLIMITED), 0);
    byte[] event = event("GET", "Authorization", "Bearer " + World.good());
    assertThatThrownBy(
            () ->
                faulty.handleRequest(
                    new ByteArrayInputStream(event),
                    new ByteArrayOutputStream(),
                    new Invocation(Duration.ofSeconds(10))))
        .isInstanceOf(Unauthorized.class);
  }

  @Test
  void apiGatewaysOwnExampleIsUnderstood() throws IOException {
    Optional<Path> example = Vectors.file("api-gateway-events/apigw_auth.json");
    if (example.isEmpty()) {
      Vectors.skipped();
      return;
    }
    AuthorizerRequest request = AuthorizerCodec.decode(Files.newInputStream(example.get()), 0);
    assertThat(request.stage().arn())
        .isEqualTo("arn:aws:execute-api:us-east-1:123456789012:abcdef123/test");
    assertThat(request.method()).isEqualTo("GET");
    assertThat(request.headers().first("accept")).contains("*/*");
  }

  @Test
  void whatIsSaidAboutABrokenEventHoldsNothingOfIt() {
    byte[] event = "{\"headers\": eyJhbGciOiJSUzI1NiJ9.e30.x}".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> AuthorizerCodec.decode(new ByteArrayInputStream(event), 0))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("eyJ")
        .hasNoCause();
  }

  /** No method of the stage is allowed, and the context is nobody's. */
  private void denied(byte[] event, String code) throws IOException, ParseException {
    Map<String, Object> answer = answer(event);
    assertThat(new String(run(event), StandardCharsets.UTF_8))
        .contains("\"Effect\":\"Deny\"")
        .doesNotContain("Allow");
    assertThat(context(answer)).containsEntry("code", code).containsKeys("type", "title", "detail");
    assertThat(Principal.fromContext(context(answer))).isEmpty();
  }

  private void unauthorized(byte[] event) {
    assertThatThrownBy(() -> run(event))
        .isInstanceOf(Unauthorized.class)
        .hasMessage("Unauthorized")
        .hasNoCause();
  }

  private byte[] run(byte[] event) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event), answer, new Invocation(Duration.ofSeconds(10)));
    return answer.toByteArray();
  }

  private Map<String, Object> answer(byte[] event) throws IOException, ParseException {
    return JSONObjectUtils.parse(new String(run(event), StandardCharsets.UTF_8));
  }

  private static Map<String, String> context(Map<String, Object> answer) {
    Map<String, String> context = new LinkedHashMap<>();
    ((Map<?, ?>) answer.getOrDefault("context", Map.of()))
        .forEach((name, value) -> context.put((String) name, (String) value));
    return context;
  }

  private static String signed(Members claims) {
    return Tokens.sign("RS256", World.rsaHeader().json(), claims.json(), World.RSA);
  }

  private static byte[] event(String method, String header, String value) {
    return bytes(members(method, Map.of(header, List.of(value))));
  }

  private static Map<String, Object> members(String method, Map<String, Object> headers) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", "REQUEST");
    event.put("methodArn", STAGE + "/" + method + "/x");
    event.put("httpMethod", method);
    event.put("resource", "/x");
    event.put("headers", Map.of());
    event.put("multiValueHeaders", headers);
    event.put(
        "requestContext",
        Map.of("requestId", "r-1", "identity", Map.of("sourceIp", "192.0.2.1"), "stage", "live"));
    return event;
  }

  private static byte[] bytes(Map<String, Object> event) {
    return Json.text(json -> Json.value(json, event)).getBytes(StandardCharsets.UTF_8);
  }
}

package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How API Gateway's own answers are worded, throttles, mocks and the access log. */
final class GatewayResponseTest {

  @TempDir Path folder;
  private LocalApi api;

  @BeforeEach
  void prepare() {
    api = new LocalApi(folder);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aDenialKnowsTheAuthorizersContext() throws IOException {
    api =
        new LocalApi(folder)
            .authorizer("Jwt", "method.request.header.Authorization", 300)
            .gatewayResponse(
                "ACCESS_DENIED",
                """
                "StatusCode":"401",
                "ResponseTemplates":{"application/json":"{\\"code\\":\\"$context.authorizer.code\\"}"}
                """)
            .method("GET", "/x", LocalApi.by("Jwt"))
            .authorizerAnswers(
                event ->
                    LocalApi.policy(
                        """
                        {"Effect":"Deny","Action":"execute-api:Invoke","Resource":"*"}
                        """,
                        "{\"code\":\"TOKEN_EXPIRED\"}"))
            .start();

    for (String time : new String[] {"asked", "kept"}) {
      var answer = api.get("/x", "Authorization: Bearer t");
      assertThat(answer.status()).as(time).isEqualTo(401);
      assertThat(answer.json().path("code").asText()).as(time).isEqualTo("TOKEN_EXPIRED");
    }
  }

  @Test
  void aGatewayResponseSetsStatusHeadersAndBody() throws IOException {
    api =
        new LocalApi(folder)
            .gatewayResponse(
                "MISSING_AUTHENTICATION_TOKEN",
                """
                "StatusCode":"404",
                "ResponseParameters":{
                  "gatewayresponse.header.Content-Type":"'application/problem+json'",
                  "gatewayresponse.header.Access-Control-Allow-Origin":"method.request.header.Origin",
                  "gatewayresponse.header.X-Request-ID":"context.requestId",
                  "gatewayresponse.header.X-Colour":"stageVariables.colour"},
                "ResponseTemplates":{"application/json":
                  "{\\"instance\\":\\"$context.path\\",\\"id\\":\\"$context.requestId\\",\\"type\\":\\"$context.error.responseType\\",\\"agent\\":\\"$method.request.header.User-Agent\\",\\"colour\\":\\"${stageVariables.colour}\\",\\"who\\":\\"$context.authorizer.principalId\\",\\"m\\":$context.error.messageString}"}
                """)
            .method("GET", "/x")
            .start();

    var answer = api.get("/nowhere?q=1", "origin: https://a.example", "User-Agent: me");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("https://a.example");
    assertThat(answer.header("X-Request-ID")).isEqualTo(answer.header("x-amzn-RequestId"));
    assertThat(answer.header("X-Colour")).isEqualTo("blue");
    var body = answer.json();
    assertThat(body.path("instance").asText()).isEqualTo("/nowhere");
    assertThat(body.path("id").asText()).isEqualTo(answer.header("x-amzn-RequestId"));
    assertThat(body.path("type").asText()).isEqualTo("MISSING_AUTHENTICATION_TOKEN");
    assertThat(body.path("agent").asText()).isEqualTo("me");
    assertThat(body.path("colour").asText()).isEqualTo("blue");
    assertThat(body.path("who").asText()).isEmpty();
    assertThat(body.path("m").asText()).isEqualTo("Missing Authentication Token");
    assertThat(api.get("/nowhere").header("Access-Control-Allow-Origin")).isEqualTo("none");
  }

  @Test
  void aTypeWithoutItsOwnTakesTheDefaultOfItsClassButKeepsItsStatus() throws IOException {
    api =
        new LocalApi(folder)
            .gatewayResponse("DEFAULT_4XX", "\"ResponseTemplates\":{\"application/json\":\"four\"}")
            .gatewayResponse("DEFAULT_5XX", "\"ResponseTemplates\":{\"application/json\":\"five\"}")
            .method("GET", "/x")
            .proxy(event -> LocalApi.answered("rubbish"))
            .start();

    assertThat(api.get("/nowhere").text()).isEqualTo("four");
    assertThat(api.get("/nowhere").status()).isEqualTo(403);
    assertThat(api.get("/x").text()).isEqualTo("five");
    assertThat(api.get("/x").status()).isEqualTo(502);
  }

  @Test
  void theTemplateIsChosenByTheFirstAcceptedType() throws IOException {
    api =
        new LocalApi(folder)
            .gatewayResponse(
                "DEFAULT_4XX",
                "\"ResponseTemplates\":{\"application/json\":\"json\",\"text/html\":\"html\"}")
            .method("GET", "/x")
            .start();

    var html = api.get("/nowhere", "Accept: text/html, application/json");
    assertThat(html.text()).isEqualTo("html");
    assertThat(html.header("Content-Type")).isEqualTo("text/html");
    assertThat(api.get("/nowhere", "Accept: image/png").text()).isEqualTo("json");
  }

  @Test
  void aResponseFor413IsIgnored() throws IOException {
    api =
        new LocalApi(folder)
            .gatewayResponse("REQUEST_TOO_LARGE", "\"StatusCode\":\"418\"")
            .method("ANY", "/x")
            .start();
    assertThat(api.send("POST", "/x", "x".repeat(11 * 1024 * 1024)).status()).isEqualTo(413);
  }

  @Test
  void methodsAreThrottledAtTheRateOfTheStageOrTheirOwn() throws IOException {
    api =
        new LocalApi(folder)
            .stage(
                """
                "MethodSettings":[
                  {"HttpMethod":"*","ResourcePath":"/*","ThrottlingRateLimit":1,"ThrottlingBurstLimit":2},
                  {"HttpMethod":"GET","ResourcePath":"/~1a~1{id}","ThrottlingRateLimit":10,"ThrottlingBurstLimit":1}]
                """)
            .method("GET", "/x")
            .method("PUT", "/x")
            .method("GET", "/a/{id}")
            .start();

    assertThat(api.get("/x").status()).isEqualTo(200);
    assertThat(api.get("/x").status()).isEqualTo(200);
    var refused = api.get("/x");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.text()).isEqualTo("{\"message\":\"Too Many Requests\"}");
    assertThat(refused.header("x-amzn-ErrorType")).isEqualTo("TooManyRequestsException");
    assertThat(api.send("PUT", "/x", "").status()).isEqualTo(200);
    api.advanceMillis(999);
    assertThat(api.get("/x").status()).isEqualTo(429);
    api.advanceMillis(1);
    assertThat(api.get("/x").status()).isEqualTo(200);

    assertThat(api.get("/a/1").status()).isEqualTo(200);
    assertThat(api.get("/a/2").status()).isEqualTo(429);
    api.advanceMillis(100);
    assertThat(api.get("/a/3").status()).isEqualTo(200);
  }

  @Test
  void aMockAnswersItsFixedText() throws IOException {
    api =
        new LocalApi(folder)
            .integrated(
                "OPTIONS",
                "/x",
                "\"AuthorizationType\":\"NONE\"",
                """
                "Type":"MOCK","PassthroughBehavior":"NEVER",
                "RequestTemplates":{"application/json":"{\\"statusCode\\": 204}"},
                "IntegrationResponses":[
                  {"StatusCode":"500","SelectionPattern":"5\\\\d\\\\d"},
                  {"StatusCode":"202","ResponseParameters":{"method.response.header.X-A":"'b'"},
                   "ResponseTemplates":{"text/plain":"fixed"}}]
                """)
            .start();

    var answer = api.send("OPTIONS", "/x", "");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.text()).isEqualTo("fixed");
    assertThat(answer.header("X-A")).isEqualTo("b");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain");
    assertThat(api.send("OPTIONS", "/x", "", "Content-Type: text/html").status()).isEqualTo(415);
    assertThat(api.proxied()).isEmpty();
  }

  @Test
  void theAccessLogHasALinePerRequest() throws IOException {
    api =
        new LocalApi(folder)
            .stage(
                """
                "AccessLogSetting":{"DestinationArn":"arn","Format":
                  "$context.httpMethod $context.path $context.resourcePath $context.status $context.responseLength $context.identity.sourceIp $context.error.responseType $context.authorizer.principalId $context.integration.status $context.requestId"}
                """)
            .method("GET", "/x")
            .proxy(event -> LocalApi.answered("{\"statusCode\":201,\"body\":\"abc\"}"))
            .start();
    var good = api.get("/x?secret=1");
    var bad = api.get("/nowhere");

    assertThat(api.accessLog())
        .containsExactly(
            "GET /x /x 201 3 127.0.0.1 - - 200 " + good.header("x-amzn-RequestId"),
            "GET /nowhere - 403 42 127.0.0.1 MISSING_AUTHENTICATION_TOKEN - - "
                + bad.header("x-amzn-RequestId"));
  }

  @Test
  void theWebAclInsertsHeadersForTheValuesThatItKnows() throws IOException {
    api =
        new LocalApi(folder)
            .resource(
                "Acl",
                "AWS::WAFv2::WebACL",
                """
                "Rules":[{"Name":"flood","Priority":1,"Action":{"Block":{}},"Statement":{"RateBasedStatement":{}}},
                 {"Name":"origin","Priority":0,
                  "Action":{"Count":{"CustomRequestHandling":{"InsertHeaders":[
                    {"Name":"cors-origin","Value":"https://a.example"}]}}},
                  "Statement":{"ByteMatchStatement":{"FieldToMatch":{"SingleHeader":{"Name":"origin"}},
                    "PositionalConstraint":"EXACTLY","SearchString":"https://a.example",
                    "TextTransformations":[{"Priority":0,"Type":"NONE"}]}}}]
                """)
            .resource(
                "AclOnStage",
                "AWS::WAFv2::WebACLAssociation",
                """
                "ResourceArn":{"Fn::Sub":"arn:aws:apigateway:eu-west-1::/restapis/${Api}/stages/${Stage}"},
                "WebACLArn":{"Fn::GetAtt":["Acl","Arn"]}
                """)
            .gatewayResponse(
                "DEFAULT_4XX",
                """
                "ResponseParameters":{"gatewayresponse.header.Access-Control-Allow-Origin":
                  "method.request.header.x-amzn-waf-cors-origin"}
                """)
            .method("GET", "/x")
            .start();

    var allowed = "Origin: https://a.example";
    var forged = "X-Amzn-Waf-Cors-Origin: https://evil.example";
    var header = "Access-Control-Allow-Origin";
    assertThat(api.get("/nowhere", allowed).header(header)).isEqualTo("https://a.example");
    assertThat(api.get("/nowhere", "Origin: https://a.example.evil").header(header))
        .isEqualTo("none");
    assertThat(api.get("/nowhere", forged, allowed).header(header)).isEqualTo("https://a.example");
    api.get("/x", forged, allowed);
    assertThat(api.event().path("headers").toString()).doesNotContain("evil");
    assertThat(api.event().at("/headers/x-amzn-waf-cors-origin").asText())
        .isEqualTo("https://a.example");
  }
}

package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a function receives. */
final class ProxyEventTest {

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
  void anEventHasExactlyTheMembersThatApiGatewaySends() throws IOException {
    start();
    api.get("/things", "User-Agent: test");

    assertThat(names(""))
        .containsExactlyInAnyOrder(
            "resource",
            "path",
            "httpMethod",
            "headers",
            "multiValueHeaders",
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "pathParameters",
            "stageVariables",
            "requestContext",
            "body",
            "isBase64Encoded");
    assertThat(names("/requestContext"))
        .containsExactlyInAnyOrder(
            "resourceId",
            "resourcePath",
            "httpMethod",
            "extendedRequestId",
            "requestTime",
            "requestTimeEpoch",
            "path",
            "accountId",
            "protocol",
            "stage",
            "domainPrefix",
            "domainName",
            "requestId",
            "identity",
            "deploymentId",
            "apiId");
    var context = api.event().path("requestContext");
    assertThat(context.path("requestTime").asText()).isEqualTo("22/Nov/2026:10:00:00 +0000");
    assertThat(context.path("requestTimeEpoch").asLong()).isEqualTo(1795341600000L);
    assertThat(context.path("identity").path("sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(context.path("identity").path("userAgent").asText()).isEqualTo("test");
    assertThat(context.path("identity").path("userArn").isNull()).isTrue();
    assertThat(context.path("stage").asText()).isEqualTo("live");
    assertThat(context.path("accountId").asText()).isEqualTo("123456789012");
    assertThat(context.path("domainName").asText()).isEqualTo("api.example.com");
    assertThat(context.path("domainPrefix").asText()).isEqualTo("api");
    assertThat(context.path("protocol").asText()).isEqualTo("HTTP/1.1");
    assertThat(context.path("path").asText()).isEqualTo("/things");
  }

  @Test
  void headersKeepTheirSpellingTheirOrderAndAllTheirValues() throws IOException {
    start();
    api.get(
        "/things",
        "tEsT-Header: 1",
        "X-Many: a",
        "X-Many: b, c",
        "accept: text/html",
        "AUTHORIZATION: x",
        "x-many: d");

    var headers = api.event().path("headers");
    assertThat(headers.path("tEsT-Header").asText()).isEqualTo("1");
    assertThat(headers.path("X-Many").asText()).isEqualTo("b, c");
    assertThat(headers.path("x-many").asText()).isEqualTo("d");
    assertThat(headers.path("accept").asText()).isEqualTo("text/html");
    assertThat(headers.path("AUTHORIZATION").asText()).isEqualTo("x");
    assertThat(headers.path("Host").asText()).isEqualTo("api.example.com:8000");
    var all = api.event().path("multiValueHeaders");
    assertThat(all.path("X-Many")).hasToString("[\"a\",\"b, c\"]");
  }

  @Test
  void apiGatewayAppendsThePeerAndSetsItsOwnForwardingHeaders() throws IOException {
    start();
    api.get(
        "/things",
        "X-Forwarded-For: 1.1.1.1",
        "x-forwarded-for: 2.2.2.2",
        "X-Forwarded-Proto: gopher",
        "X-Forwarded-Port: 70");

    var headers = api.event().path("headers");
    assertThat(headers.path("X-Forwarded-For").asText()).isEqualTo("1.1.1.1, 2.2.2.2, 127.0.0.1");
    assertThat(headers.path("X-Forwarded-Proto").asText()).isEqualTo("http");
    assertThat(headers.path("X-Forwarded-Port").asInt()).isEqualTo(api.port());
    assertThat(headers.has("x-forwarded-for")).isFalse();
  }

  @Test
  void aTraceIsContinuedOrBegun() throws IOException {
    start();
    var root = "1-5759e988-bd862e3fe1be46a994272793";
    api.get("/things", "X-Amzn-Trace-Id: Root=" + root + ";Parent=53995c3f42cd8ad8;Sampled=1");
    assertThat(api.event().path("headers").path("X-Amzn-Trace-Id").asText())
        .isEqualTo("Root=" + root + ";Parent=53995c3f42cd8ad8;Sampled=1");
    assertThat(api.traces().getLast()).startsWith("Root=" + root);

    var answer = api.get("/things", "X-Amzn-Trace-Id: Root=rubbish\"");
    assertThat(answer.header("X-Amzn-Trace-Id"))
        .matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0");
    assertThat(api.traces().getLast()).isEqualTo(answer.header("X-Amzn-Trace-Id"));
  }

  @Test
  void headersThatApiGatewayDropsDoNotArrive() throws IOException {
    start();
    api.send(
        "POST",
        "/things",
        "x",
        "TE: trailers",
        "Content-MD5: x",
        "Max-Forwards: 3",
        "WWW-Authenticate: x",
        "Server: x",
        "Proxy-Authenticate: x",
        "Via: kept",
        "Cookie: kept=1");

    assertThat(names("/headers"))
        .containsExactlyInAnyOrder(
            "Host",
            "Via",
            "Cookie",
            "X-Amzn-Trace-Id",
            "X-Forwarded-For",
            "X-Forwarded-Port",
            "X-Forwarded-Proto");
  }

  @Test
  void queriesAreDecodedAndPartedAtSemicolonsToo() throws IOException {
    start();
    api.get("/things?a=1&a=2;b=x+y%2B&c&%C3%A9=%E2%82%AC");

    assertThat(api.event().path("queryStringParameters"))
        .hasToString("{\"a\":\"2\",\"b\":\"x y+\",\"c\":\"\",\"é\":\"€\"}");
    assertThat(api.event().path("multiValueQueryStringParameters").path("a"))
        .hasToString("[\"1\",\"2\"]");
    api.get("/things?");
    assertThat(api.event().path("queryStringParameters").isNull()).isTrue();
  }

  @Test
  void everyBodyIsBase64WhereEverythingIsBinary() throws IOException {
    start();
    api.send("POST", "/things", "\u0000\u00ff{");

    assertThat(api.event().path("body").binaryValue()).containsExactly(0, 255, '{');
    assertThat(api.event().path("isBase64Encoded").asBoolean()).isTrue();
    api.get("/things");
    assertThat(api.event().path("body").isNull()).isTrue();
    assertThat(api.event().path("isBase64Encoded").asBoolean()).isFalse();
  }

  @Test
  void onlyBinaryMediaTypesAreBase64() throws IOException {
    api =
        new LocalApi(folder)
            .restApi("\"BinaryMediaTypes\":[\"image/png\"]")
            .method("ANY", "/things")
            .start();
    api.send("POST", "/things", "{\"a\":1}", "Content-Type: application/json");
    assertThat(api.event().path("body").asText()).isEqualTo("{\"a\":1}");
    assertThat(api.event().path("isBase64Encoded").asBoolean()).isFalse();
    api.send("POST", "/things", "x", "Content-Type: image/PNG; q=1");
    assertThat(api.event().path("body").asText()).isEqualTo("eA==");
  }

  @Test
  void chunkedBodiesArriveWhole() throws IOException {
    start();
    var answer =
        api.raw(
            Wire.lines(
                "POST /things HTTP/1.1",
                "Host: h",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "",
                "3",
                "abc",
                "2",
                "de",
                "0",
                "",
                ""));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(api.event().path("body").binaryValue()).asString().isEqualTo("abcde");
    assertThat(names("/headers")).doesNotContain("Transfer-Encoding");
  }

  @Test
  void stageVariablesAreNullWhereThereAreNone() throws IOException {
    start();
    api.get("/things");
    assertThat(api.event().path("stageVariables")).hasToString("{\"colour\":\"blue\"}");
    api.close();
    api = new LocalApi(folder).stage("").method("ANY", "/things").start();
    api.get("/things");
    assertThat(api.event().path("stageVariables").isNull()).isTrue();
  }

  private void start() throws IOException {
    api = new LocalApi(folder).method("ANY", "/things").start();
  }

  private Iterable<String> names(String pointer) throws IOException {
    var names = new ArrayList<String>();
    new JsonMapper()
        .readTree(api.event().toString())
        .at(pointer)
        .fieldNames()
        .forEachRemaining(names::add);
    return names;
  }
}

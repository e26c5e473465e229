package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gatehouse.localstack.assembly.AssemblyFolder;
import dev.gatehouse.localstack.lambda.Functions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** An API from a hand-made template on a free port; its functions are lambdas of the test. */
final class LocalApi implements AutoCloseable, Functions {

  static final String PROXY = "arn:aws:lambda:eu-west-1:123456789012:function:proxy:live";
  static final String AUTHORIZER = "arn:aws:lambda:eu-west-1:123456789012:function:auth:live";

  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> resources = new LinkedHashMap<>();
  private final Path folder;
  private final List<JsonNode> proxied = new CopyOnWriteArrayList<>();
  private final List<JsonNode> authorized = new CopyOnWriteArrayList<>();
  private final List<String> traces = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private String restApi = "\"BinaryMediaTypes\":[\"*/*\"]";
  private String stage = "\"Variables\":{\"colour\":\"blue\"}";
  private Function<JsonNode, Outcome> proxy = event -> answered("{\"statusCode\":200}");
  private Function<JsonNode, Outcome> authorizer = event -> allow("*");
  private @org.jspecify.annotations.Nullable ApiServer server;

  LocalApi(Path folder) {
    this.folder = folder;
    permission("Permission", PROXY, "arn:aws:execute-api:eu-west-1:123456789012:*/live/*/*");
    permission(
        "AuthPermission", AUTHORIZER, "arn:aws:execute-api:eu-west-1:123456789012:*/authorizers/*");
  }

  /** Properties of the RestApi beside its name. */
  LocalApi restApi(String properties) {
    restApi = properties;
    return this;
  }

  /** Properties of the Stage beside its name. */
  LocalApi stage(String properties) {
    stage = properties;
    return this;
  }

  LocalApi without(String resource) {
    resources.remove(resource);
    return this;
  }

  LocalApi permission(String name, String function, String source) {
    return resource(
        name,
        "AWS::Lambda::Permission",
        """
        "Action":"lambda:InvokeFunction","Principal":"apigateway.amazonaws.com",
        "FunctionName":"%s","SourceArn":"%s"
        """
            .formatted(function, source));
  }

  /** A resource and everything above it. */
  LocalApi path(String path) {
    var parent = "{\"Fn::GetAtt\":[\"Api\",\"RootResourceId\"]}";
    var soFar = "R";
    for (var part : path.substring(1).split("/", -1)) {
      soFar += part.replaceAll("\\W", "X") + part.length();
      resource(
          soFar,
          "AWS::ApiGateway::Resource",
          "\"RestApiId\":{\"Ref\":\"Api\"},\"ParentId\":"
              + parent
              + ",\"PathPart\":\""
              + part
              + "\"");
      parent = "{\"Ref\":\"" + soFar + "\"}";
    }
    return this;
  }

  /** A method that the proxy function answers. */
  LocalApi method(String verb, String path) {
    return method(verb, path, "\"AuthorizationType\":\"NONE\"");
  }

  LocalApi method(String verb, String path, String authorization) {
    return method(verb, path, authorization, "");
  }

  LocalApi method(String verb, String path, String authorization, String integration) {
    return integrated(
        verb,
        path,
        authorization,
        """
        "Type":"AWS_PROXY","IntegrationHttpMethod":"POST",%s
        "Uri":"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/%s/invocations"
        """
            .formatted(integration, PROXY));
  }

  LocalApi integrated(String verb, String path, String authorization, String integration) {
    var resource = "{\"Fn::GetAtt\":[\"Api\",\"RootResourceId\"]}";
    if (!path.equals("/")) {
      path(path);
      var name = new StringBuilder("R");
      for (var part : path.substring(1).split("/", -1)) {
        name.append(part.replaceAll("\\W", "X")).append(part.length());
      }
      resource = "{\"Ref\":\"" + name + "\"}";
    }
    return resource(
        "M" + resources.size(),
        "AWS::ApiGateway::Method",
        """
        "RestApiId":{"Ref":"Api"},"ResourceId":%s,"HttpMethod":"%s",%s,"Integration":{%s}
        """
            .formatted(resource, verb, authorization, integration));
  }

  /** A REQUEST authorizer. */
  LocalApi authorizer(String name, String sources, int ttl) {
    return resource(
        name,
        "AWS::ApiGateway::Authorizer",
        """
        "RestApiId":{"Ref":"Api"},"Name":"%s","Type":"REQUEST",%s
        "AuthorizerResultTtlInSeconds":%d,
        "AuthorizerUri":"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/%s/invocations"
        """
            .formatted(name, "\"IdentitySource\":\"" + sources + "\",", ttl, AUTHORIZER));
  }

  static String by(String authorizer) {
    return "\"AuthorizationType\":\"CUSTOM\",\"AuthorizerId\":{\"Ref\":\"" + authorizer + "\"}";
  }

  LocalApi gatewayResponse(String type, String properties) {
    return resource(
        "Response" + type.replace("_", ""),
        "AWS::ApiGateway::GatewayResponse",
        "\"RestApiId\":{\"Ref\":\"Api\"},\"ResponseType\":\"" + type + "\"," + properties);
  }

  LocalApi resource(String name, String type, String properties) {
    resources.put(name, "{\"Type\":\"" + type + "\",\"Properties\":{" + properties + "}}");
    return this;
  }

  LocalApi proxy(Function<JsonNode, Outcome> answer) {
    proxy = answer;
    return this;
  }

  LocalApi authorizerAnswers(Function<JsonNode, Outcome> answer) {
    authorizer = answer;
    return this;
  }

  LocalApi start() throws IOException {
    resource(
        "Api",
        "AWS::ApiGateway::RestApi",
        "\"Name\":\"api\"" + (restApi.isEmpty() ? "" : "," + restApi));
    resource("Deployment", "AWS::ApiGateway::Deployment", "\"RestApiId\":{\"Ref\":\"Api\"}");
    resource(
        "Stage",
        "AWS::ApiGateway::Stage",
        "\"RestApiId\":{\"Ref\":\"Api\"},\"DeploymentId\":{\"Ref\":\"Deployment\"},\"StageName\":\"live\""
            + (stage.isEmpty() ? "" : "," + stage));
    var entries = resources.entrySet().stream().map(e -> '"' + e.getKey() + "\":" + e.getValue());
    var template = "{\"Resources\":{" + String.join(",", entries.toList()) + "}}";
    var resolved = new AssemblyFolder(folder).stack("s", template).resolve();
    InstantSource clock = () -> now;
    server =
        ApiServer.start(new RestApi(resolved, this, clock, folder.resolve("logs")), 0, List.of());
    return this;
  }

  int port() {
    if (server == null) {
      throw new IllegalStateException("not started (expected: started)");
    }
    return server.port();
  }

  Wire.Answer get(String target, String... headers) throws IOException {
    return send("GET", target, "", headers);
  }

  Wire.Answer send(String method, String target, String body, String... headers)
      throws IOException {
    var head =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: api.example.com:8000\r\n");
    List.of(headers).forEach(header -> head.append(header).append("\r\n"));
    if (!body.isEmpty()) {
      head.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return raw(head + "Connection: close\r\n\r\n" + body);
  }

  Wire.Answer raw(String bytes) throws IOException {
    return Wire.exchange(port(), bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  void advance(long seconds) {
    now = now.plusSeconds(seconds);
  }

  void advanceMillis(long millis) {
    now = now.plusMillis(millis);
  }

  /** Events of the proxy function. */
  List<JsonNode> proxied() {
    return proxied;
  }

  JsonNode event() {
    return proxied.getLast();
  }

  /** Events of the authorizer function. */
  List<JsonNode> authorized() {
    return authorized;
  }

  List<String> traces() {
    return traces;
  }

  List<String> accessLog() throws IOException {
    return Files.readAllLines(folder.resolve("logs").resolve(AccessLog.FILE));
  }

  @Override
  public Outcome invoke(String arn, byte[] payload, String traceHeader) {
    try {
      var event = JSON.readTree(payload);
      traces.add(traceHeader);
      boolean authorizes = arn.equals(AUTHORIZER);
      (authorizes ? authorized : proxied).add(event);
      return (authorizes ? authorizer : proxy).apply(event);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Outcome answered(String json) {
    return new Outcome.Answered(json.getBytes(StandardCharsets.UTF_8));
  }

  static Outcome allow(String resource) {
    return policy(
        "{\"Effect\":\"Allow\",\"Action\":\"execute-api:Invoke\",\"Resource\":\""
            + resource
            + "\"}",
        "{}");
  }

  static Outcome policy(String statements, String context) {
    return answered(
        """
        {"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[%s]},"context":%s}
        """
            .formatted(statements, context));
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}

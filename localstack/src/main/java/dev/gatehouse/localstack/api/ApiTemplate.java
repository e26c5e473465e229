package dev.gatehouse.localstack.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.localstack.api.RequestAuthorizer.Kind;
import dev.gatehouse.localstack.api.RequestAuthorizer.Source;
import dev.gatehouse.localstack.api.Throttles.Rate;
import dev.gatehouse.localstack.assembly.AssemblyException;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an API from the {@code AWS::ApiGateway::*} resources of a resolved template. What this
 * emulator does not do is refused: request validators, API keys, resource policies, other
 * authorizer and integration types.
 */
final class ApiTemplate {

  private static final String TYPE = "AWS::ApiGateway::";

  private final Resolved resolved;
  private final Resource api;
  private final Resource stage;
  private final String id;
  private final String arn;
  private final Permissions permissions;
  private final Map<String, Resource> resources = new HashMap<>();
  private final Map<String, RequestAuthorizer> authorizers = new HashMap<>();
  private final RouteTree routes = new RouteTree();

  private ApiTemplate(Resolved resolved) {
    this.resolved = resolved;
    this.api = only("RestApi");
    this.stage = only("Stage");
    this.id = resolved.ref(api);
    var place = resolved.place(api);
    this.arn = "arn:aws:execute-api:%s:%s:%s".formatted(place.region(), place.account(), id);
    this.permissions = Permissions.of(resolved);
  }

  /**
   * The one API of the template.
   *
   * @throws AssemblyException if there is none, more than one, or one with parts that are not
   *     emulated
   */
  static ApiDefinition read(Resolved resolved) {
    return new ApiTemplate(resolved).read();
  }

  private ApiDefinition read() {
    refuse(api, "Policy", "no resource policy: none is evaluated here");
    refuse(api, "MinimumCompressionSize", "none: answers are not compressed here");
    ofThisApi("Resource").forEach(resource -> resources.put(resolved.ref(resource), resource));
    ofThisApi("Authorizer")
        .forEach(authorizer -> authorizers.put(resolved.ref(authorizer), authorizer(authorizer)));
    ofThisApi("Method").forEach(this::method);
    var place = resolved.place(api);
    var log = stage.properties().path("AccessLogSetting").path("Format");
    return new ApiDefinition(
        id,
        place.region(),
        place.account(),
        resolved.ref(stage),
        stage.text("DeploymentId"),
        texts(stage.properties().path("Variables")),
        stage.properties().path("TracingEnabled").asBoolean(false),
        new BinaryMediaTypes(
            api.properties().path("BinaryMediaTypes").valueStream().map(JsonNode::asText).toList()),
        routes,
        GatewayResponseTemplate.read(ofThisApi("GatewayResponse")),
        log.isMissingNode() ? Optional.empty() : Optional.of(VariableText.of(log.asText())),
        rates(),
        Firewall.of(resolved, id, resolved.ref(stage)));
  }

  private void method(Resource method) {
    if (method.properties().path("ApiKeyRequired").asBoolean(false)) {
      throw method.wrong("ApiKeyRequired", "true", "false: usage plans are not emulated");
    }
    refuse(method, "RequestValidatorId", "none: requests are not validated here");
    var resourceId = method.text("ResourceId");
    var segments = segments(resourceId, method);
    var resourcePath = "/" + String.join("/", segments);
    var verb = method.text("HttpMethod");
    if (!verb.equals("ANY") && !RouteTree.VERBS.contains(verb)) {
      throw method.wrong("HttpMethod", verb, "ANY or one of " + RouteTree.VERBS);
    }
    var source = arn + "/" + resolved.ref(stage) + "/";
    var added =
        routes
            .node(segments)
            .add(
                new ApiMethod(
                    resourceId,
                    resourcePath,
                    verb,
                    authorizer(method, method.text("AuthorizationType")),
                    IntegrationTemplate.read(
                        method,
                        (function, calling) ->
                            permissions.allow(function, source + calling + resourcePath))));
    if (!added) {
      throw method.wrong("HttpMethod", verb + " " + resourcePath, "one method of that verb");
    }
  }

  private Optional<RequestAuthorizer> authorizer(Resource method, String type) {
    if (type.equals("NONE")) {
      return Optional.empty();
    }
    if (!type.equals("CUSTOM")) {
      throw method.wrong("AuthorizationType", type, "NONE or CUSTOM");
    }
    var authorizer = authorizers.get(method.text("AuthorizerId"));
    if (authorizer == null) {
      throw method.wrong(
          "AuthorizerId", method.text("AuthorizerId"), "an authorizer of the same API");
    }
    return Optional.of(authorizer);
  }

  private RequestAuthorizer authorizer(Resource authorizer) {
    var type = authorizer.text("Type");
    if (!type.equals("REQUEST")) {
      throw authorizer.wrong("Type", type, "REQUEST");
    }
    int ttl =
        authorizer
            .properties()
            .path("AuthorizerResultTtlInSeconds")
            .asInt(Limits.AUTHORIZER_TTL_SECONDS);
    if (ttl < 0 || ttl > Limits.AUTHORIZER_TTL_MAX_SECONDS) {
      throw authorizer.wrong("AuthorizerResultTtlInSeconds", Integer.toString(ttl), "0 to 3600");
    }
    var sources = sources(authorizer);
    if (ttl > 0 && sources.isEmpty()) {
      throw authorizer.wrong(
          "IdentitySource", "nothing", "an identity source, as results are kept for " + ttl + " s");
    }
    var authorizerId = resolved.ref(authorizer);
    var function = IntegrationTemplate.function(authorizer, authorizer.text("AuthorizerUri"));
    boolean permitted =
        authorizer.properties().has("AuthorizerCredentials")
            || permissions.allow(function, arn + "/authorizers/" + authorizerId);
    return new RequestAuthorizer(
        authorizerId, sources, Duration.ofSeconds(ttl), function, permitted);
  }

  private static List<Source> sources(Resource authorizer) {
    var sources = new ArrayList<Source>();
    for (var each : authorizer.properties().path("IdentitySource").asText().split(",", -1)) {
      var source = each.strip();
      if (!source.isEmpty()) {
        sources.add(source(authorizer, source));
      }
    }
    return sources;
  }

  private static Source source(Resource authorizer, String text) {
    var prefixes =
        Map.of(
            "method.request.header.", Kind.HEADER,
            "method.request.querystring.", Kind.QUERY,
            "stageVariables.", Kind.STAGE_VARIABLE,
            "context.", Kind.CONTEXT);
    return prefixes.entrySet().stream()
        .filter(e -> text.startsWith(e.getKey()) && text.length() > e.getKey().length())
        .map(e -> new Source(e.getValue(), text.substring(e.getKey().length())))
        .findFirst()
        .orElseThrow(
            () ->
                authorizer.wrong(
                    "IdentitySource", text, "one of " + prefixes.keySet() + " and a name"));
  }

  private List<String> segments(String resourceId, Resource asking) {
    if (resourceId.equals(resolved.attribute(api, "RootResourceId"))) {
      return List.of();
    }
    var resource = resources.get(resourceId);
    if (resource == null) {
      throw asking.wrong("ResourceId", resourceId, "a resource of the same API");
    }
    var above = new ArrayList<>(segments(resource.text("ParentId"), resource));
    if (!above.isEmpty() && above.getLast().endsWith("+}")) {
      throw resource.wrong("ParentId", above.getLast(), "a parent that is no {proxy+}");
    }
    above.add(resource.text("PathPart"));
    return above;
  }

  private Map<String, Rate> rates() {
    var rates = new HashMap<String, Rate>();
    for (var setting : stage.properties().path("MethodSettings")) {
      if (setting.has("ThrottlingRateLimit") || setting.has("ThrottlingBurstLimit")) {
        // A slash inside a resource path is written ~1 (CloudFormation, Stage MethodSetting).
        var path = setting.path("ResourcePath").asText("/*").replace("~1", "/");
        rates.put(
            (path.startsWith("//") ? path.substring(1) : path)
                + " "
                + setting.path("HttpMethod").asText("*"),
            new Rate(
                setting.path("ThrottlingRateLimit").asDouble(Limits.ACCOUNT_RATE),
                setting.path("ThrottlingBurstLimit").asInt(Limits.ACCOUNT_BURST)));
      }
    }
    return rates;
  }

  private static Map<String, String> texts(JsonNode object) {
    var texts = new HashMap<String, String>();
    object.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private List<Resource> ofThisApi(String type) {
    return resolved.ofType(TYPE + type).stream()
        .filter(resource -> resource.text("RestApiId").equals(id))
        .toList();
  }

  private Resource only(String type) {
    var found = resolved.ofType(TYPE + type);
    if (found.size() != 1) {
      throw new AssemblyException(
          "the assembly", found.size() + " resources of type " + TYPE + type, "one");
    }
    return found.getFirst();
  }

  private static void refuse(Resource resource, String property, String expected) {
    if (resource.properties().has(property)) {
      throw resource.wrong(property, resource.properties().get(property).toString(), expected);
    }
  }
}

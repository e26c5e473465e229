package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The template of the part that a deployment replaces. */
class GatewayTemplateTest {
  private final JsonNode template = Assembly.tacos().gateway();

  @Test
  void everyIntegrationIsAnAliasThatPointsAtAVersion() {
    Map<String, JsonNode> aliases = resources("AWS::Lambda::Alias");
    assertThat(resources("AWS::ApiGateway::Method"))
        .isNotEmpty()
        .allSatisfy(
            (id, method) -> {
              JsonNode integration = method.at("/Properties/Integration");
              assertThat(integration.get("Type").textValue()).isEqualTo("AWS_PROXY");
              assertThat(integration.get("TimeoutInMillis").intValue()).isEqualTo(29_000);
              assertThat(integration.at("/Uri/Fn::Sub/0").textValue())
                  .endsWith("/functions/${Function}/invocations");
              assertThat(aliases)
                  .containsKey(integration.at("/Uri/Fn::Sub/1/Function/Ref").textValue());
            });
    assertThat(aliases.values())
        .allSatisfy(
            alias ->
                assertThat(resources("AWS::Lambda::Version"))
                    .containsKey(alias.at("/Properties/FunctionVersion/Fn::GetAtt/0").textValue()));
    assertThat(template.toString()).doesNotContain("$LATEST");
  }

  @Test
  void everyPermissionIsForAnAlias() {
    assertThat(resources("AWS::Lambda::Permission").values())
        .hasSize(9)
        .allSatisfy(
            permission -> {
              assertThat(resources("AWS::Lambda::Alias"))
                  .containsKey(permission.at("/Properties/FunctionName/Ref").textValue());
              boolean scheduled = permission.toString().contains("events.amazonaws.com");
              assertThat(permission.at("/Properties/SourceArn").toString())
                  .contains(scheduled ? "ProbeScheduleRule" : "execute-api");
            });
  }

  @Test
  void methodsHaveTheAuthorizerOfTheirRoute() {
    assertThat(methods())
        .containsExactly(
            "ANY /admin/idempotency NONE",
            "GET /admin/idempotency either",
            "HEAD /admin/idempotency either",
            "POST /admin/idempotency either",
            "ANY /admin/keys NONE",
            "GET /admin/keys either",
            "HEAD /admin/keys either",
            "POST /admin/keys either",
            "ANY /admin/keys/{p3} NONE",
            "DELETE /admin/keys/{p3} either",
            "GET /admin/keys/{p3} either",
            "HEAD /admin/keys/{p3} either",
            "ANY /admin/keys/{p3}/rotate NONE",
            "POST /admin/keys/{p3}/rotate either",
            "ANY /admin/limits NONE",
            "GET /admin/limits either",
            "HEAD /admin/limits either",
            "ANY /admin/limits/{p3} NONE",
            "DELETE /admin/limits/{p3} either",
            "GET /admin/limits/{p3} either",
            "HEAD /admin/limits/{p3} either",
            "ANY /admin/limits/{p3}/override NONE",
            "DELETE /admin/limits/{p3}/override either",
            "PUT /admin/limits/{p3}/override either",
            "ANY /admin/queues/{p3} NONE",
            "GET /admin/queues/{p3} either",
            "HEAD /admin/queues/{p3} either",
            "PUT /admin/queues/{p3} either",
            "ANY /admin/queues/{p3}/admit NONE",
            "POST /admin/queues/{p3}/admit either",
            "ANY /admin/queues/{p3}/reset NONE",
            "POST /admin/queues/{p3}/reset either",
            "ANY /admin/revocations NONE",
            "GET /admin/revocations either",
            "HEAD /admin/revocations either",
            "POST /admin/revocations either",
            "ANY /admin/revocations/{p3} NONE",
            "DELETE /admin/revocations/{p3} either",
            "ANY /admin/services NONE",
            "GET /admin/services either",
            "HEAD /admin/services either",
            "ANY /admin/services/{p3} NONE",
            "GET /admin/services/{p3} either",
            "HEAD /admin/services/{p3} either",
            "PUT /admin/services/{p3} either",
            "ANY /api/v1/auth/{proxy+} NONE",
            "ANY /api/v1/catalog/{p4} NONE",
            "GET /api/v1/catalog/{p4} either",
            "HEAD /api/v1/catalog/{p4} either",
            "PUT /api/v1/catalog/{p4} either",
            "ANY /api/v1/catalog/{p4}/{proxy+} NONE",
            "GET /api/v1/catalog/{p4}/{proxy+} either",
            "HEAD /api/v1/catalog/{p4}/{proxy+} either",
            "ANY /api/v1/health NONE",
            "ANY /api/v1/health/detailed NONE",
            "GET /api/v1/health/detailed jwt",
            "HEAD /api/v1/health/detailed jwt",
            "ANY /api/v1/health/live NONE",
            "ANY /api/v1/health/ready NONE",
            "ANY /api/v1/idempotency/{p4} NONE",
            "GET /api/v1/idempotency/{p4} either",
            "HEAD /api/v1/idempotency/{p4} either",
            "ANY /api/v1/legacy/{proxy+} apiKey",
            "OPTIONS /api/v1/legacy/{proxy+} NONE",
            "ANY /api/v1/limits NONE",
            "GET /api/v1/limits either",
            "HEAD /api/v1/limits either",
            "ANY /api/v1/queue/board NONE",
            "ANY /api/v1/queue/enter NONE",
            "ANY /api/v1/queue/join NONE",
            "POST /api/v1/queue/join either",
            "ANY /api/v1/queue/leave NONE",
            "ANY /api/v1/queue/status NONE",
            "ANY /api/v1/reservations NONE",
            "POST /api/v1/reservations jwt",
            "ANY /api/v1/reservations/public jwt",
            "GET /api/v1/reservations/public NONE",
            "HEAD /api/v1/reservations/public NONE",
            "OPTIONS /api/v1/reservations/public NONE",
            "ANY /api/v1/reservations/public/confirm jwt",
            "OPTIONS /api/v1/reservations/public/confirm NONE",
            "ANY /api/v1/reservations/public/confirm/{proxy+} jwt",
            "OPTIONS /api/v1/reservations/public/confirm/{proxy+} NONE",
            "ANY /api/v1/reservations/public/{proxy+} jwt",
            "OPTIONS /api/v1/reservations/public/{proxy+} NONE",
            "ANY /api/v1/reservations/{p4} jwt",
            "OPTIONS /api/v1/reservations/{p4} NONE",
            "ANY /api/v1/reservations/{p4}/confirm jwt",
            "OPTIONS /api/v1/reservations/{p4}/confirm NONE",
            "ANY /api/v1/reservations/{p4}/confirm/{proxy+} jwt",
            "OPTIONS /api/v1/reservations/{p4}/confirm/{proxy+} NONE",
            "ANY /api/v1/reservations/{p4}/{proxy+} jwt",
            "OPTIONS /api/v1/reservations/{p4}/{proxy+} NONE",
            "ANY /api/v1/status NONE",
            "ANY /health NONE",
            "ANY /healthz NONE",
            "ANY /readyz NONE",
            "ANY /version NONE",
            "ANY /waiting-room/{p2} NONE");
  }

  @Test
  void authorizersAreKeyedByTheCredentialThatTheyTake() {
    List<String> authorizers = new ArrayList<>();
    resources("AWS::ApiGateway::Authorizer")
        .values()
        .forEach(
            authorizer -> {
              JsonNode properties = authorizer.get("Properties");
              authorizers.add(
                  name(properties)
                      + " "
                      + properties.get("Type").textValue()
                      + " "
                      + properties.path("IdentitySource").asText()
                      + " "
                      + properties.get("AuthorizerResultTtlInSeconds"));
              assertThat(Assembly.ref(properties.get("AuthorizerUri")))
                  .hasValueSatisfying(
                      ref -> assertThat(resources("AWS::Lambda::Alias")).containsKey(ref));
            });

    assertThat(authorizers)
        .containsExactlyInAnyOrder(
            "jwt REQUEST method.request.header.Authorization 300",
            "apiKey REQUEST method.request.header.X-API-Key 300",
            "either REQUEST  0");
  }

  @Test
  void logsEnd() {
    assertThat(resources("AWS::Logs::LogGroup").values())
        .hasSize(8)
        .allSatisfy(log -> assertThat(log.at("/Properties/RetentionInDays").asInt()).isPositive());
  }

  @Test
  void theStageIsTracedLoggedAndThrottled() {
    JsonNode stage = resources("AWS::ApiGateway::Stage").values().iterator().next();

    assertThat(stage.at("/Properties/StageName").textValue()).isEqualTo("live");
    assertThat(stage.at("/Properties/TracingEnabled").booleanValue()).isTrue();
    assertThat(stage.at("/Properties/AccessLogSetting/Format").textValue())
        .contains("\"request_id\":\"$context.requestId\"");
    JsonNode settings = stage.at("/Properties/MethodSettings/0");
    assertThat(settings.get("DataTraceEnabled").booleanValue()).isFalse();
    assertThat(settings.get("MetricsEnabled").booleanValue()).isTrue();
    assertThat(settings.get("ThrottlingRateLimit").intValue()).isEqualTo(10_000);
    JsonNode association = resources("AWS::WAFv2::WebACLAssociation").values().iterator().next();
    assertThat(association.at("/Properties/ResourceArn").toString()).contains("/stages/");
  }

  @Test
  void bodiesTravelAsTheyAre() {
    JsonNode api = resources("AWS::ApiGateway::RestApi").values().iterator().next();

    assertThat(api.at("/Properties/BinaryMediaTypes")).hasSize(1);
    assertThat(api.at("/Properties/BinaryMediaTypes/0").textValue()).isEqualTo("*/*");
  }

  @Test
  void theFirewallMarksExactlyTheAllowedOrigins() {
    JsonNode acl = resources("AWS::WAFv2::WebACL").values().iterator().next();
    Map<String, String> marked = new TreeMap<>();
    acl.at("/Properties/Rules")
        .forEach(
            rule -> {
              JsonNode match = rule.at("/Statement/ByteMatchStatement");
              if (!match.isMissingNode()) {
                assertThat(match.get("PositionalConstraint").textValue()).isEqualTo("EXACTLY");
                JsonNode header = rule.at("/Action/Count/CustomRequestHandling/InsertHeaders/0");
                assertThat(header.get("Name").textValue()).isEqualTo("cors-origin");
                marked.put(match.get("SearchString").textValue(), header.get("Value").textValue());
              }
            });

    assertThat(marked)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "https://app.example.com", "https://app.example.com",
                "http://localhost:3000", "http://localhost:3000"));
  }

  private Map<String, JsonNode> resources(String type) {
    return Assembly.resources(template, type);
  }

  private List<String> methods() {
    return resources("AWS::ApiGateway::Method").values().stream()
        .map(method -> method.get("Properties"))
        .map(
            properties ->
                path(properties.get("ResourceId"))
                    + " "
                    + properties.get("HttpMethod").textValue()
                    + " "
                    + authorizer(properties))
        .sorted()
        .map(line -> line.split(" ", 3))
        .map(line -> line[1] + " " + line[0] + " " + line[2])
        .toList();
  }

  private String path(JsonNode id) {
    if (id.has("Fn::GetAtt")) {
      return "";
    }
    JsonNode properties = properties("AWS::ApiGateway::Resource", id.get("Ref").textValue());
    return path(properties.get("ParentId")) + "/" + properties.get("PathPart").textValue();
  }

  private String authorizer(JsonNode method) {
    if (method.get("AuthorizationType").textValue().equals("NONE")) {
      return "NONE";
    }
    assertThat(method.get("AuthorizationType").textValue()).isEqualTo("CUSTOM");
    return name(
        properties("AWS::ApiGateway::Authorizer", method.at("/AuthorizerId/Ref").textValue()));
  }

  private JsonNode properties(String type, String id) {
    return Objects.requireNonNull(resources(type).get(id)).get("Properties");
  }

  private static String name(JsonNode authorizer) {
    String name = authorizer.get("Name").textValue();
    return name.replaceFirst("^.*Api(jwt|apiKey|either).*$", "$1");
  }
}

package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.telemetry.EarlyLog;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each function is, runs on and is told, and when the probing one is called. */
class GatewayFunctionsTest {
  private final JsonNode template = Assembly.tacos().gateway();

  @Test
  void instancesAreProbedEveryMinuteAndAFailedRoundIsNotMadeUpFor() {
    Map.Entry<String, JsonNode> rule =
        resources("AWS::Events::Rule").entrySet().stream().findFirst().orElseThrow();
    assertThat(resources("AWS::Events::Rule")).hasSize(1);
    JsonNode properties = rule.getValue().get("Properties");
    assertThat(properties.get("ScheduleExpression").textValue()).isEqualTo("rate(1 minute)");
    assertThat(properties.get("State").textValue()).isEqualTo("ENABLED");
    assertThat(properties.get("Targets")).hasSize(1);
    String alias = properties.at("/Targets/0/Arn/Ref").textValue();
    assertThat(alias).startsWith("ProbeLive");
    assertThat(resources("AWS::Lambda::Alias")).containsKey(alias);
    assertThat(resources("AWS::Lambda::Permission").values())
        .filteredOn(permission -> permission.toString().contains("events.amazonaws.com"))
        .singleElement()
        .satisfies(
            permission -> {
              assertThat(permission.at("/Properties/FunctionName/Ref").textValue())
                  .isEqualTo(alias);
              assertThat(permission.at("/Properties/SourceArn/Fn::GetAtt/0").textValue())
                  .isEqualTo(rule.getKey());
            });
    assertThat(resources("AWS::Lambda::EventInvokeConfig").values())
        .singleElement()
        .satisfies(
            config -> {
              assertThat(config.at("/Properties/MaximumRetryAttempts").asInt(-1)).isZero();
              assertThat(config.at("/Properties/MaximumEventAgeInSeconds").asInt()).isEqualTo(60);
              assertThat(config.at("/Properties/Qualifier").toString()).contains(alias);
            });
    assertThat(resources("AWS::CloudWatch::Alarm").keySet())
        .anyMatch(id -> id.startsWith("AlarmsProbeErrors"));
  }

  @Test
  void whereNothingIsProbedThereIsNeitherFunctionNorSchedule() {
    JsonNode unprobed = Assembly.unprobed().gateway();
    assertThat(Assembly.types(unprobed))
        .doesNotContain("AWS::Events::Rule", "AWS::Lambda::EventInvokeConfig");
    assertThat(Assembly.resources(unprobed, "AWS::Lambda::Function"))
        .hasSize(6)
        .allSatisfy((id, _) -> assertThat(id).doesNotContain("Probe"));
    assertThat(unprobed.toString()).doesNotContain("Probe");
  }

  @Test
  void functionsAreSnapshotsInTheNetworkWithTheirConfiguration() {
    assertThat(resources("AWS::Lambda::Function").values())
        .hasSize(7)
        .allSatisfy(
            function -> {
              JsonNode properties = function.get("Properties");
              assertThat(properties.get("Runtime").textValue()).isEqualTo("java25");
              assertThat(properties.at("/Architectures/0").textValue()).isEqualTo("x86_64");
              assertThat(properties.at("/SnapStart/ApplyOn").textValue())
                  .isEqualTo("PublishedVersions");
              assertThat(properties.at("/TracingConfig/Mode").textValue()).isEqualTo("Active");
              assertThat(properties.at("/VpcConfig/SubnetIds")).hasSize(2);
              assertThat(properties.get("Layers")).hasSize(1);
              assertThat(resources("AWS::Logs::LogGroup"))
                  .containsKey(properties.at("/LoggingConfig/LogGroup/Ref").textValue());
              assertThat(properties.at("/Environment/Variables/JAVA_TOOL_OPTIONS").textValue())
                  .contains("-Dslf4j.provider=" + EarlyLog.class.getName() + " ")
                  .contains("-XX:CompileCommand=MemLimit,*.*,24m~stop ");
              assertThat(properties.at("/Environment/Variables").fieldNames())
                  .toIterable()
                  .filteredOn(
                      name ->
                          !List.of("API_KEY_PEPPER", "QUEUE_SECRET", "ADMISSIONS_TABLE")
                              .contains(name))
                  .containsExactlyInAnyOrder(
                      "REDIS_ENDPOINT",
                      "REDIS_SECRET",
                      "LEDGER_TABLE",
                      "ACCESS_TABLE",
                      "POWERTOOLS_SERVICE_NAME",
                      "GATEWAY_STAGE",
                      "GATEWAY_VERSION",
                      "MALLOC_ARENA_MAX",
                      "JAVA_TOOL_OPTIONS");
            });
    assertThat(
            resources("AWS::Lambda::Function").values().stream()
                .map(function -> function.get("Properties"))
                .map(
                    properties ->
                        properties.get("Handler").textValue()
                            + " "
                            + properties.get("MemorySize")
                            + " MB "
                            + properties.get("Timeout")
                            + " s"))
        .containsExactlyInAnyOrder(
            "dev.gatehouse.authorizer.AuthorizerHandler 1024 MB 10 s",
            "dev.gatehouse.idempotency.IdempotencyHandler 1024 MB 15 s",
            "dev.gatehouse.authorizer.KeysHandler 1024 MB 20 s",
            "dev.gatehouse.proxy.ProxyHandler 1769 MB 29 s",
            "dev.gatehouse.proxy.ProbeHandler 1024 MB 30 s",
            "dev.gatehouse.ratelimit.RateLimitHandler 1024 MB 10 s",
            "dev.gatehouse.queue.QueueHandler 1024 MB 15 s");
  }

  @Test
  void onlyWhoDigestsKeysKnowsWhereThePepperIs() {
    assertThat(resources("AWS::Lambda::Function").values())
        .filteredOn(function -> function.toString().contains("API_KEY_PEPPER"))
        .extracting(function -> function.at("/Properties/Handler").textValue())
        .containsExactlyInAnyOrder(
            "dev.gatehouse.authorizer.AuthorizerHandler", "dev.gatehouse.authorizer.KeysHandler");
  }

  @Test
  void onlyWhoSignsOrChecksPassesKnowsWhereTheirKeyIs() {
    assertThat(resources("AWS::Lambda::Function").values())
        .filteredOn(function -> function.toString().contains("QUEUE_SECRET"))
        .extracting(function -> function.at("/Properties/Handler").textValue())
        .containsExactlyInAnyOrder(
            "dev.gatehouse.proxy.ProxyHandler", "dev.gatehouse.queue.QueueHandler");
    assertThat(resources("AWS::Lambda::Function").values())
        .filteredOn(function -> function.toString().contains("ADMISSIONS_TABLE"))
        .extracting(function -> function.at("/Properties/Handler").textValue())
        .containsExactly("dev.gatehouse.queue.QueueHandler");
  }

  private Map<String, JsonNode> resources(String type) {
    return Assembly.resources(template, type);
  }
}

package dev.gatehouse.localstack.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.localstack.assembly.AssemblyException;
import dev.gatehouse.localstack.assembly.AssemblyFolder;
import dev.gatehouse.localstack.lambda.Functions;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import dev.gatehouse.localstack.schedule.Schedules.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of small templates, and a function that notes how it was called. */
final class SchedulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.900Z");
  private static final String PERMISSION =
      """
      "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com", "FunctionName": {"Ref": "Live"},
        "SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}},""";
  private static final String NO_RETRIES =
      """
      "Config": {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": {"FunctionName": "prober",
        "Qualifier": "live", "MaximumRetryAttempts": 0}},""";
  private static final String TARGETS =
      """
      "Targets": [{"Id": "Target0", "Arn": {"Ref": "Live"}}]""";

  @TempDir Path folder;

  private final List<String> events = new ArrayList<>();
  private final Functions prober =
      (arn, payload, trace) -> {
        events.add(new String(payload, StandardCharsets.UTF_8));
        assertThat(arn).isEqualTo("arn:aws:lambda:eu-west-1:123456789012:function:prober:live");
        return new Outcome.Answered(new byte[0]);
      };

  @Test
  void theTargetGetsTheEventOfItsRule() throws IOException {
    List<Run> runs = schedules(PERMISSION + NO_RETRIES, minutely()).runAll();
    assertThat(runs).extracting(Run::outcome).containsExactly("answered");
    JsonNode event = JSON.readTree(events.getFirst());
    assertThat(event.path("id").asText()).matches("[0-9a-f-]{36}");
    assertThat(event.toString().replaceFirst("\"id\":\"[^\"]+\",", ""))
        .isEqualTo(
            """
            {"version":"0","detail-type":"Scheduled Event","source":"aws.events",\
            "account":"123456789012","time":"2026-11-22T10:00:00Z","region":"eu-west-1",\
            "resources":["arn:aws:events:eu-west-1:123456789012:rule/%s"],"detail":{}}"""
                .formatted(runs.getFirst().rule()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        """
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction",
          "Principal": "apigateway.amazonaws.com", "FunctionName": {"Ref": "Live"}}},""",
        """
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction",
          "Principal": "events.amazonaws.com", "FunctionName": {"Ref": "Live"},
          "SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/another"}},""",
        """
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {"Action": "lambda:InvokeFunction",
          "Principal": "events.amazonaws.com", "FunctionName": "prober",
          "SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}},"""
      })
  void withoutAPermissionForThisRuleAndAliasNothingIsCalled(String permission) throws IOException {
    assertThat(schedules(permission + NO_RETRIES, minutely()).runAll())
        .singleElement()
        .satisfies(
            run ->
                assertThat(run.outcome())
                    .startsWith("refused: no AWS::Lambda::Permission for events.amazonaws.com"));
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "rate(1 minute),60",
    "rate(5 minutes),300",
    "rate(1 hour),3600",
    "rate(12 hours),43200"
  })
  void aRuleRunsOnePeriodAfterTheStartAndNotBefore(String rate, long seconds) throws IOException {
    Map<Duration, Runnable> timers = new LinkedHashMap<>();
    schedules(PERMISSION + NO_RETRIES, rule("\"ScheduleExpression\": \"" + rate + "\"," + TARGETS))
        .start(timers::put);
    assertThat(events).isEmpty();
    assertThat(timers).containsOnlyKeys(Duration.ofSeconds(seconds));
    timers.values().forEach(Runnable::run);
    assertThat(events).hasSize(1);
  }

  @Test
  void aDisabledRuleDoesNotRun() throws IOException {
    String off = "\"ScheduleExpression\": \"rate(1 minute)\", \"State\": \"DISABLED\"," + TARGETS;
    assertThat(schedules(PERMISSION + NO_RETRIES, rule(off)).runAll()).isEmpty();
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cron(0 10 * * ? *)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(0 minutes)",
        "rate(1 day)",
        "rate(1 minute) ",
        "every minute"
      })
  void anotherExpressionIsRefused(String expression) {
    assertThatThrownBy(
            () ->
                schedules(
                    PERMISSION + NO_RETRIES,
                    rule("\"ScheduleExpression\": \"" + expression + "\"," + TARGETS)))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining("ScheduleExpression: " + expression + " (expected: rate(1 minute)");
  }

  @Test
  void whatIsNotDoneHereIsRefused() {
    assertThatThrownBy(() -> schedules(PERMISSION, minutely()))
        .hasMessageContaining("MaximumRetryAttempts 0");
    String once = NO_RETRIES.replace("\"MaximumRetryAttempts\": 0", "\"MaximumRetryAttempts\": 1");
    assertThatThrownBy(() -> schedules(PERMISSION + once, minutely()))
        .hasMessageContaining("MaximumRetryAttempts 0");
    assertThatThrownBy(
            () ->
                schedules(
                    PERMISSION + NO_RETRIES,
                    minutely().replace("\"Target0\"", "\"T\", \"Input\": \"{}\"")))
        .hasMessageContaining("Targets Input");
    assertThatThrownBy(
            () -> schedules("", rule("\"EventPattern\": {\"source\": [\"aws.ec2\"]}," + TARGETS)))
        .hasMessageContaining("EventPattern");
    assertThatThrownBy(
            () -> schedules("", minutely().replace("{\"Ref\": \"Live\"}", "\"arn:aws:sqs:x:1:q\"")))
        .hasMessageContaining("Targets Arn: arn:aws:sqs:x:1:q");
  }

  private Schedules schedules(String others, String rule) throws IOException {
    String template =
        """
        {"Resources": {
          "Function": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "prober"}},
          "Live": {"Type": "AWS::Lambda::Alias", "Properties": {"Name": "live", "FunctionName": "prober",
            "FunctionVersion": "1"}},
          %s
          %s
        }}
        """
            .formatted(others, rule);
    return Schedules.of(
        new AssemblyFolder(folder).stack("s", template).resolve(), prober, () -> NOW);
  }

  private static String minutely() {
    return rule("\"ScheduleExpression\": \"rate(1 minute)\"," + TARGETS);
  }

  private static String rule(String properties) {
    return "\"Rule\": {\"Type\": \"AWS::Events::Rule\", \"Properties\": {" + properties + "}}";
  }
}

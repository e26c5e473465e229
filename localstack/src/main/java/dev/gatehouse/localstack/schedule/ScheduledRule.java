package dev.gatehouse.localstack.schedule;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.assembly.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An {@code AWS::Events::Rule} that invokes functions at a rate.
 *
 * @param arn what the functions' permissions and events name it by
 * @param targets ARNs of the functions, versions or aliases
 */
record ScheduledRule(
    String name,
    String arn,
    Resolved.Place place,
    Duration period,
    boolean enabled,
    List<String> targets) {
  /**
   * One is singular, everything else plural, zero nothing
   * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html).
   */
  private static final Pattern RATE =
      Pattern.compile("rate\\((?:(1) (minute|hour)|([2-9]|[1-9]\\d{1,6}) (minute|hour)s)\\)");

  private static final List<String> INPUTS = List.of("Input", "InputPath", "InputTransformer");

  ScheduledRule {
    targets = List.copyOf(targets);
  }

  static ScheduledRule of(Resource rule, Resolved resolved) {
    if (rule.properties().has("EventPattern")) {
      throw rule.wrong("EventPattern", "a pattern", "a ScheduleExpression alone");
    }
    List<String> targets = new ArrayList<>();
    for (JsonNode target : rule.properties().path("Targets")) {
      targets.add(function(rule, resolved, target));
    }
    return new ScheduledRule(
        resolved.ref(rule),
        resolved.attribute(rule, "Arn"),
        resolved.place(rule),
        period(rule),
        rule.text("State", "ENABLED").equals("ENABLED"),
        targets);
  }

  private static Duration period(Resource rule) {
    String expression = rule.text("ScheduleExpression");
    Matcher rate = RATE.matcher(expression);
    if (!rate.matches()) {
      throw rule.wrong(
          "ScheduleExpression",
          expression,
          "rate(1 minute), rate(N minutes), rate(1 hour) or rate(N hours)");
    }
    boolean one = rate.group(1) != null;
    long number = one ? 1 : Long.parseLong(rate.group(3));
    String unit = one ? rate.group(2) : rate.group(4);
    return unit.equals("hour") ? Duration.ofHours(number) : Duration.ofMinutes(number);
  }

  private static String function(Resource rule, Resolved resolved, JsonNode target) {
    String arn = target.path("Arn").asText();
    if (!arn.contains(":function:")) {
      throw rule.wrong("Targets Arn", arn, "the ARN of a function, version or alias");
    }
    for (String input : INPUTS) {
      if (target.has(input)) {
        throw rule.wrong(
            "Targets " + input, target.get(input).toString(), "none: the event itself");
      }
    }
    requireNoRetries(rule, resolved, arn);
    return arn;
  }

  /** Lambda repeats a failed asynchronous invocation twice unless it is told not to. */
  private static void requireNoRetries(Resource rule, Resolved resolved, String arn) {
    boolean none =
        resolved.ofType("AWS::Lambda::EventInvokeConfig").stream()
            .filter(
                config ->
                    arn.endsWith(
                        ":function:"
                            + config.text("FunctionName")
                            + ":"
                            + config.text("Qualifier")))
            .anyMatch(config -> config.properties().path("MaximumRetryAttempts").asInt(2) == 0);
    if (!none) {
      throw rule.wrong(
          "Targets Arn",
          arn,
          "a target with an AWS::Lambda::EventInvokeConfig of MaximumRetryAttempts 0: failed"
              + " invocations are not repeated here");
    }
  }
}

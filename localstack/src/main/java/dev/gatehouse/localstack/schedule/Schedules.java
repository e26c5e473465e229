package dev.gatehouse.localstack.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.api.Permissions;
import dev.gatehouse.localstack.api.TraceHeader;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.lambda.Functions;
import dev.gatehouse.localstack.lambda.Functions.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The scheduled rules of an assembly. Each runs one period after {@link #start} and every period
 * from then on, as a new rule does; a run that still goes on does not hold the next one back.
 */
public final class Schedules implements AutoCloseable {
  private static final String PRINCIPAL = "events.amazonaws.com";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<ScheduledRule> rules;
  private final Permissions permissions;
  private final Functions functions;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("schedules").factory());

  private Schedules(
      List<ScheduledRule> rules,
      Permissions permissions,
      Functions functions,
      InstantSource clock) {
    this.rules = List.copyOf(rules);
    this.permissions = permissions;
    this.functions = functions;
    this.clock = clock;
  }

  /** The rules of an assembly; nothing runs yet. */
  public static Schedules of(Resolved resolved, Functions functions, InstantSource clock) {
    return new Schedules(
        resolved.ofType("AWS::Events::Rule").stream()
            .map(rule -> ScheduledRule.of(rule, resolved))
            .toList(),
        Permissions.of(resolved, PRINCIPAL),
        functions,
        clock);
  }

  /**
   * One run of a rule.
   *
   * @param function ARN of the target
   * @param outcome {@code answered}, or what went wrong
   */
  public record Run(String rule, String function, String outcome) {}

  /** Starts the timers. */
  public void start() {
    start(this::every);
  }

  /** Does something at a rate, the first time after one period. */
  @FunctionalInterface
  interface Timer {
    void every(Duration period, Runnable task);
  }

  void start(Timer rates) {
    rules.forEach(rule -> rates.every(rule.period(), () -> run(rule)));
  }

  private void every(Duration period, Runnable task) {
    long millis = period.toMillis();
    var _ =
        timer.scheduleAtFixedRate(
            () -> Thread.ofVirtual().start(task), millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Runs all rules now, one after the other, and waits for them. */
  public List<Run> runAll() {
    List<Run> runs = new ArrayList<>();
    rules.forEach(rule -> runs.addAll(run(rule)));
    return runs;
  }

  private List<Run> run(ScheduledRule rule) {
    List<Run> runs = new ArrayList<>();
    if (rule.enabled()) {
      for (String target : rule.targets()) {
        runs.add(new Run(rule.name(), target, invoked(rule, target)));
      }
    }
    return runs;
  }

  /** Without the function's leave it is never called, as on AWS, where only a metric tells so. */
  private String invoked(ScheduledRule rule, String target) {
    if (!permissions.allow(target, rule.arn())) {
      return "refused: no AWS::Lambda::Permission for " + PRINCIPAL + " from " + rule.arn();
    }
    Instant now = clock.instant();
    byte[] event = event(rule, now).toString().getBytes(UTF_8);
    return switch (functions.invoke(target, event, TraceHeader.of("", false, now).value())) {
      case Outcome.Answered _ -> "answered";
      case Outcome.Failed(String type, String message) -> "failed: " + type + ": " + message;
      case Outcome.TimedOut(Duration after) -> "timed out after " + after.toSeconds() + " s";
      case Outcome.Crashed(String reason) -> "crashed: " + reason;
      case Outcome.Throttled() -> "throttled";
      case Outcome.TooLarge(long bytes) -> "too large: " + bytes;
    };
  }

  /**
   * The event of a schedule
   * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html), its
   * time to the second.
   */
  private static ObjectNode event(ScheduledRule rule, Instant now) {
    ObjectNode event =
        JSON.createObjectNode()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "Scheduled Event")
            .put("source", "aws.events")
            .put("account", rule.place().account())
            .put("time", now.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("region", rule.place().region());
    event.putArray("resources").add(rule.arn());
    event.putObject("detail");
    return event;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

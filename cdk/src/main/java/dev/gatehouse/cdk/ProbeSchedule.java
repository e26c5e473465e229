package dev.gatehouse.cdk;

import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.EventInvokeConfigOptions;
import software.constructs.Construct;

/**
 * A round of probes every minute, which is EventBridge's shortest rate
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rate-expressions.html).
 *
 * <p>A round that fails or comes late is not made up for: the next one says more.
 */
final class ProbeSchedule extends Construct {
  private static final Duration PERIOD = Duration.minutes(1);

  ProbeSchedule(Construct scope, String id, Alias prober) {
    super(scope, id);
    prober.configureAsyncInvoke(
        EventInvokeConfigOptions.builder().retryAttempts(0).maxEventAge(PERIOD).build());
    Rule.Builder.create(this, "Rule")
        .description("Probes the instances of the services")
        .schedule(Schedule.rate(PERIOD))
        .targets(
            List.of(
                LambdaFunction.Builder.create(prober).retryAttempts(0).maxEventAge(PERIOD).build()))
        .build();
  }
}

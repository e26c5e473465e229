package dev.gatehouse.cdk;

import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.apigateway.RestApi;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.lambda.Alias;
import software.constructs.Construct;

/**
 * What an operator is told: the gateway fails, the proxy fails or is slow, a function has no room,
 * nobody knows which instances are down. Failures of the authorizer show as 5xx of the API.
 *
 * <p>They have no action; a deployment subscribes them where its people are.
 */
final class Alarms extends Construct {
  private static final Duration PERIOD = Duration.minutes(1);

  /**
   * @param prober where instances are probed
   */
  Alarms(
      Construct scope,
      String id,
      RestApi api,
      Alias proxy,
      Alias authorizer,
      Optional<Alias> prober) {
    super(scope, id);
    alarm("Api5xx", "API Gateway answers 5xx", api.metricServerError(over("Sum")), 5);
    alarm("ProxyErrors", "The proxy function fails", proxy.metricErrors(over("Sum")), 1);
    // A quarter of the 29 s that API Gateway waits.
    alarm("ProxySlow", "The proxy's p99 is over 7 s", proxy.metricDuration(over("p99")), 7_000);
    alarm("ProxyThrottled", "No environments for proxy", proxy.metricThrottles(over("Sum")), 1);
    alarm(
        "AuthorizerThrottled",
        "No environments for authorizer",
        authorizer.metricThrottles(over("Sum")),
        1);
    prober.ifPresent(
        alias ->
            alarm("ProbeErrors", "Instances are not probed", alias.metricErrors(over("Sum")), 1));
  }

  private static MetricOptions over(String statistic) {
    return MetricOptions.builder().period(PERIOD).statistic(statistic).build();
  }

  private void alarm(String id, String description, Metric metric, int threshold) {
    Alarm.Builder.create(this, id)
        .alarmDescription(description)
        .metric(metric)
        .threshold(threshold)
        .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
        .evaluationPeriods(3)
        .datapointsToAlarm(2)
        .treatMissingData(TreatMissingData.NOT_BREACHING)
        .build();
  }
}

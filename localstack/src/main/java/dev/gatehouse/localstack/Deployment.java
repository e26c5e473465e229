package dev.gatehouse.localstack;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.localstack.lambda.LambdaHost;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.schedule.Schedules;
import java.util.List;

/**
 * All parts of a run that answers.
 *
 * @param tables names of the DynamoDB tables
 */
record Deployment(
    Gateway gateway,
    LocalRunOptions options,
    Surroundings surroundings,
    LocalCloud cloud,
    LambdaHost host,
    Schedules schedules,
    List<String> tables,
    RunFolder folder) {

  Deployment {
    tables = List.copyOf(tables);
  }
}

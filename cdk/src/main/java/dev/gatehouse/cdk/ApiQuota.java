package dev.gatehouse.cdk;

import dev.gatehouse.config.Fault;
import dev.gatehouse.config.Gateway;
import java.util.ArrayList;
import java.util.List;

/** How large one API can be. */
final class ApiQuota {
  /**
   * "Resources per API", raisable on request
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html).
   */
  static final int RESOURCES = 300;

  /**
   * Resources and methods that fit in the gateway's stack: CloudFormation takes 500 in a template
   * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html),
   * and about 60 are not of the API's tree.
   */
  static final int PARTS = 430;

  private ApiQuota() {}

  /** The faults of a gateway whose API would be too large, on the line of its first route. */
  static List<Fault> check(Gateway gateway, ApiResource root) {
    int line = gateway.routes().isEmpty() ? 1 : gateway.routes().getFirst().line();
    List<Fault> faults = new ArrayList<>();
    int resources = root.resources();
    if (resources > RESOURCES) {
      faults.add(
          new Fault(
              line,
              "routes",
              resources + " API Gateway resources",
              "at most " + RESOURCES + ", the quota \"Resources per API\""));
    }
    int parts = resources + root.methodCount();
    if (parts > PARTS) {
      faults.add(
          new Fault(
              line,
              "routes",
              parts + " API Gateway resources and methods",
              "at most " + PARTS + ", what fits in a CloudFormation stack of 500"));
    }
    return faults;
  }
}

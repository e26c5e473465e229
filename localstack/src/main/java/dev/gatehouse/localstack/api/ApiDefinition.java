package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.Throttles.Rate;
import java.util.Map;
import java.util.Optional;

/**
 * An API and its one stage, as the template describes them.
 *
 * @param stageVariables empty if there are none
 * @param traced whether the stage traces with X-Ray
 * @param accessLog format of a line of the access log
 * @param rates throttling by {@code resourcePath verb}
 * @param firewall what changes requests before API Gateway sees them
 */
record ApiDefinition(
    String id,
    String region,
    String account,
    String stage,
    String deploymentId,
    Map<String, String> stageVariables,
    boolean traced,
    BinaryMediaTypes binary,
    RouteTree routes,
    GatewayResponses gatewayResponses,
    Optional<VariableText> accessLog,
    Map<String, Rate> rates,
    Firewall firewall) {

  ApiDefinition {
    stageVariables = Map.copyOf(stageVariables);
    rates = Map.copyOf(rates);
  }
}

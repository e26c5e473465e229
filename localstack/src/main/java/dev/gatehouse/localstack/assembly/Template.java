package dev.gatehouse.localstack.assembly;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One stack as it was synthesized.
 *
 * @param stack its name
 * @param region from the manifest; empty where the app left it to the deployment
 * @param account from the manifest; empty where the app left it to the deployment
 * @param json the template
 */
record Template(String stack, String region, String account, JsonNode json) {

  JsonNode resources() {
    return json.path("Resources");
  }

  JsonNode resource(String logicalId) {
    return resources().path(logicalId);
  }

  JsonNode outputs() {
    return json.path("Outputs");
  }
}

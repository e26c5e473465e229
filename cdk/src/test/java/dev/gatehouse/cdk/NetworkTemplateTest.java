package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The template of the network. */
class NetworkTemplateTest {
  private final JsonNode template = Assembly.tacos().network();

  @Test
  void functionsReachThePortsThatTheGatewayNamesAndNoOther() {
    assertThat(portsToAnywhere("AuthorizerAccess")).containsExactly(443, 8443);
    assertThat(portsToAnywhere("StoresAccess")).containsExactly(443);
    assertThat(portsToAnywhere("LimitsAccess")).containsExactly(443);
    assertThat(portsToAnywhere("ProxyAccess")).containsExactly(80, 443, 8000, 8001);
  }

  @Test
  void theCacheTakesConnectionsOfTheFunctionsOnly() {
    List<JsonNode> rules =
        Assembly.resources(template, "AWS::EC2::SecurityGroupIngress").values().stream()
            .map(rule -> rule.get("Properties"))
            .filter(rule -> rule.get("GroupId").toString().contains("CacheAccess"))
            .toList();

    assertThat(rules)
        .hasSize(3)
        .allSatisfy(
            rule -> {
              assertThat(rule.get("FromPort").intValue()).isEqualTo(6379);
              assertThat(rule.get("ToPort").intValue()).isEqualTo(6380);
              assertThat(rule.get("SourceSecurityGroupId").toString())
                  .containsPattern("AuthorizerAccess|LimitsAccess|ProxyAccess");
            });
  }

  @Test
  void everyFlowIsLoggedAndAwsIsReachedPrivately() {
    assertThat(Assembly.resources(template, "AWS::EC2::FlowLog")).hasSize(1);
    assertThat(
            Assembly.resources(template, "AWS::EC2::VPCEndpoint").values().stream()
                .map(endpoint -> endpoint.get("Properties"))
                .map(
                    endpoint ->
                        endpoint.get("VpcEndpointType").textValue()
                            + " "
                            + endpoint
                                .get("ServiceName")
                                .toString()
                                .replaceAll(".*[.]|\"].*|\"}.*", "")))
        .containsExactlyInAnyOrder("Gateway dynamodb", "Interface secretsmanager");
    assertThat(Assembly.resources(template, "AWS::EC2::NatGateway")).hasSize(1);
    assertThat(Assembly.types(template)).doesNotContain("AWS::Lambda::Function");
  }

  private List<Integer> portsToAnywhere(String group) {
    TreeSet<Integer> ports = new TreeSet<>();
    for (Map.Entry<String, JsonNode> found :
        Assembly.resources(template, "AWS::EC2::SecurityGroup").entrySet()) {
      if (found.getKey().startsWith(group)) {
        found
            .getValue()
            .at("/Properties/SecurityGroupEgress")
            .forEach(
                rule -> {
                  assertThat(rule.get("FromPort")).isEqualTo(rule.get("ToPort"));
                  ports.add(rule.get("FromPort").intValue());
                });
      }
    }
    return List.copyOf(ports);
  }
}

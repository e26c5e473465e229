package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the functions may do, to the last action. */
class PermissionsTest {
  private static final String LOG = "logs:CreateLogStream logs:PutLogEvents on its Log";
  private static final String INTERFACES_AND_TRACES =
      "ec2:AssignPrivateIpAddresses ec2:CreateNetworkInterface ec2:DeleteNetworkInterface"
          + " ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:UnassignPrivateIpAddresses"
          + " xray:PutTelemetryRecords xray:PutTraceSegments on *";

  private static final String RECORDS =
      "dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem"
          + " on Ledger";

  @Test
  void theAuthorizerReadsTheSecretsOfItsIssuersAndOfTheCache() {
    assertThat(statements("Authorizer"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue"
                + " on ApiKeyPepper CacheSecret secret:gateway/jwt-hs256-??????",
            "dynamodb:GetItem dynamodb:UpdateItem on Access",
            "kms:Decrypt on Key");
  }

  @Test
  void theLimitsReadTheCacheSecretAndRevocations() {
    assertThat(statements("RateLimit"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue on CacheSecret",
            "dynamodb:BatchGetItem on Access",
            "kms:Decrypt on Key");
  }

  @Test
  void theProxyReadsTheCacheSecretAndKeepsRecords() {
    assertThat(statements("Proxy"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue"
                + " on CacheSecret QueueKey",
            "dynamodb:DescribeTable on Ledger",
            RECORDS,
            "dynamodb:BatchGetItem dynamodb:DescribeTable dynamodb:GetItem on Access",
            "kms:Decrypt on Key");
  }

  @Test
  void theAdministrationReadsThePepperAndWritesKeysAndRevocations() {
    assertThat(statements("Keys"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue on ApiKeyPepper",
            "dynamodb:BatchGetItem dynamodb:DeleteItem dynamodb:GetItem dynamodb:PutItem"
                + " dynamodb:Scan dynamodb:UpdateItem on Access",
            "kms:Decrypt on Key");
  }

  @Test
  void theLedgersFunctionKeepsRecordsAndNothingElse() {
    assertThat(statements("Idempotency"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            RECORDS,
            "dynamodb:BatchGetItem on Access",
            "kms:Decrypt on Key");
  }

  @Test
  void theQueueReadsItsKeyAndKeepsAdmissions() {
    assertThat(statements("Queue"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue on CacheSecret QueueKey",
            "dynamodb:GetItem dynamodb:PutItem on Admissions",
            "dynamodb:BatchGetItem on Access",
            "kms:Decrypt on Key");
  }

  @Test
  void theProberReadsTheCacheSecretAndNothingElse() {
    assertThat(statements("Probe"))
        .containsExactlyInAnyOrder(
            LOG,
            INTERFACES_AND_TRACES,
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue on CacheSecret",
            "kms:Decrypt on Key");
  }

  @Test
  void theKeyDecryptsOnlyForTheServicesThatAreAsked() {
    Assembly.resources(Assembly.tacos().gateway(), "AWS::IAM::Policy").values().stream()
        .flatMap(policy -> stream(policy.at("/Properties/PolicyDocument/Statement")))
        .filter(statement -> statement.get("Action").toString().contains("kms:"))
        .forEach(
            statement ->
                assertThat(statement.at("/Condition/StringEquals/kms:ViaService")).isNotEmpty());
  }

  private static List<String> statements(String function) {
    return Assembly.resources(Assembly.tacos().gateway(), "AWS::IAM::Policy").entrySet().stream()
        .filter(policy -> policy.getKey().startsWith(function))
        .flatMap(policy -> stream(policy.getValue().at("/Properties/PolicyDocument/Statement")))
        .map(
            statement -> {
              assertThat(statement.get("Effect").textValue()).isEqualTo("Allow");
              return String.join(" ", texts(statement.get("Action")))
                  + " on "
                  + String.join(" ", resources(statement.get("Resource")));
            })
        .toList();
  }

  private static Set<String> texts(JsonNode oneOrMore) {
    Set<String> texts = new TreeSet<>();
    if (oneOrMore.isArray()) {
      oneOrMore.forEach(text -> texts.add(text.textValue()));
    } else {
      texts.add(oneOrMore.textValue());
    }
    return texts;
  }

  private static Set<String> resources(JsonNode oneOrMore) {
    Set<String> names = new TreeSet<>();
    if (oneOrMore.isArray()) {
      oneOrMore.forEach(resource -> names.add(name(resource)));
    } else {
      names.add(name(oneOrMore));
    }
    return names;
  }

  private static String name(JsonNode resource) {
    String text = resource.toString();
    if (text.matches(".*\"(Authorizer|Proxy|Keys|Idempotency|RateLimit|Queue|Probe)Log.*")) {
      return "its Log";
    }
    for (String stateful :
        List.of(
            "ApiKeyPepper", "QueueKey", "CacheSecret", "Ledger", "Access", "Admissions", "Key")) {
      if (text.contains("tacos-data:ExportsOutputRef" + stateful)
          || text.contains("tacos-data:ExportsOutputFnGetAtt" + stateful)) {
        return stateful;
      }
    }
    int secret = text.indexOf("secret:");
    return secret < 0 ? resource.asText() : text.substring(secret, text.indexOf('"', secret));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}

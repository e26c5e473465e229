package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The template of what must survive. */
class DataTemplateTest {
  private final JsonNode template = Assembly.tacos().data();

  /** CloudFormation replaces a resource whose logical id changes: this list is never edited. */
  @Test
  void logicalIdsOfStatefulResourcesNeverChange() {
    Map<String, String> ids = new TreeMap<>();
    template
        .get("Resources")
        .properties()
        .forEach(
            resource -> ids.put(resource.getKey(), resource.getValue().get("Type").textValue()));

    assertThat(ids)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("Key961B73FD", "AWS::KMS::Key"),
                Map.entry("LedgerB7379752", "AWS::DynamoDB::Table"),
                Map.entry("Access9901B1FF", "AWS::DynamoDB::Table"),
                Map.entry("CacheSecret4CD6E2C3", "AWS::SecretsManager::Secret"),
                Map.entry("ApiKeyPepper0B891CAF", "AWS::SecretsManager::Secret"),
                Map.entry("CacheFunctionsD035DC39", "AWS::ElastiCache::User"),
                Map.entry("CacheNobody408A1C32", "AWS::ElastiCache::User"),
                Map.entry("CacheUsersB25699B6", "AWS::ElastiCache::UserGroup"),
                Map.entry("CacheValkey8BCB8589", "AWS::ElastiCache::ServerlessCache"),
                Map.entry("AdmissionsA1F737F1", "AWS::DynamoDB::Table"),
                Map.entry("QueueKey8E59F72C", "AWS::SecretsManager::Secret")));
  }

  @Test
  void tablesAndTheirKeyOutliveTheStack() {
    for (String id :
        new String[] {
          "Key961B73FD",
          "LedgerB7379752",
          "Access9901B1FF",
          "ApiKeyPepper0B891CAF",
          "AdmissionsA1F737F1",
          "QueueKey8E59F72C"
        }) {
      assertThat(template.at("/Resources/" + id + "/DeletionPolicy").textValue())
          .isEqualTo("Retain");
      assertThat(template.at("/Resources/" + id + "/UpdateReplacePolicy").textValue())
          .isEqualTo("Retain");
    }
    assertThat(
            Assembly.tacos()
                .manifest()
                .at("/artifacts/tacos-data/properties/terminationProtection")
                .booleanValue())
        .isTrue();
  }

  @Test
  void thePepperOfApiKeysIsGeneratedAndEncryptedWithTheKeyOfTheTables() {
    JsonNode pepper = template.at("/Resources/ApiKeyPepper0B891CAF/Properties");
    assertThat(pepper.at("/GenerateSecretString/PasswordLength").intValue()).isEqualTo(64);
    assertThat(pepper.at("/KmsKeyId/Fn::GetAtt/0").textValue()).isEqualTo("Key961B73FD");
  }

  @Test
  void tablesAreEncryptedRecoverableAndForgetInTime() {
    assertThat(Assembly.resources(template, "AWS::DynamoDB::Table").values())
        .hasSize(3)
        .allSatisfy(
            table -> {
              JsonNode properties = table.get("Properties");
              assertThat(properties.at("/SSESpecification/SSEType").textValue()).isEqualTo("KMS");
              assertThat(properties.at("/SSESpecification/KMSMasterKeyId/Fn::GetAtt/0").textValue())
                  .isEqualTo("Key961B73FD");
              assertThat(
                      properties
                          .at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                          .booleanValue())
                  .isTrue();
              assertThat(properties.at("/TimeToLiveSpecification/AttributeName").textValue())
                  .isEqualTo("expiresAt");
              assertThat(properties.get("BillingMode").textValue()).isEqualTo("PAY_PER_REQUEST");
              assertThat(properties.get("DeletionProtectionEnabled").booleanValue()).isTrue();
            });
    assertThat(template.at("/Resources/LedgerB7379752/Properties/KeySchema").toString())
        .isEqualTo(
            "[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"},"
                + "{\"AttributeName\":\"part\",\"KeyType\":\"RANGE\"}]");
    assertThat(template.at("/Resources/Access9901B1FF/Properties/KeySchema").toString())
        .isEqualTo("[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}]");
  }

  @Test
  void namesFitElastiCache() {
    String longest = "A".repeat(39);

    assertThat(SharedCache.physical("Traffic-Tacos", "-users")).isEqualTo("traffic-tacos-users");
    assertThat(SharedCache.physical(longest + "B", "-functions"))
        .hasSize(40)
        .matches("a{21}-[0-9a-f]{8}-functions")
        .isNotEqualTo(SharedCache.physical(longest + "C", "-functions"));
  }

  @Test
  void theCacheIsValkeyWithOneUserWhosePasswordIsGenerated() {
    JsonNode cache = template.at("/Resources/CacheValkey8BCB8589/Properties");
    JsonNode user = template.at("/Resources/CacheFunctionsD035DC39/Properties");
    JsonNode nobody = template.at("/Resources/CacheNobody408A1C32/Properties");
    JsonNode secret = template.at("/Resources/CacheSecret4CD6E2C3/Properties");

    assertThat(cache.get("Engine").textValue()).isEqualTo("valkey");
    assertThat(cache.get("MajorEngineVersion").textValue()).isEqualTo("8");
    assertThat(cache.at("/KmsKeyId/Fn::GetAtt/0").textValue()).isEqualTo("Key961B73FD");
    assertThat(user.get("UserName").textValue()).isEqualTo("gatehouse");
    assertThat(user.get("Passwords").toString())
        .contains("{{resolve:secretsmanager:")
        .contains(":SecretString:password::}}");
    assertThat(nobody.get("AccessString").textValue()).isEqualTo("off -@all");
    assertThat(secret.at("/GenerateSecretString/SecretStringTemplate").textValue())
        .isEqualTo("{\"username\":\"gatehouse\"}");
    assertThat(secret.at("/GenerateSecretString/GenerateStringKey").textValue())
        .isEqualTo("password");
    assertThat(secret.at("/KmsKeyId/Fn::GetAtt/0").textValue()).isEqualTo("Key961B73FD");
  }
}

package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import java.util.Optional;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/**
 * What must survive a deployment: the tables and their key are kept even when the stack goes, the
 * cache is not, because nothing exact lives only there.
 */
final class DataStack extends Stack {
  private final Key key;
  private final Table ledger;
  private final Table access;
  private final SharedCache cache;
  private final Optional<Secret> pepper;
  private final Optional<Table> admissions;
  private final Optional<Secret> queueKey;

  DataStack(Construct scope, String id, StackProps props, Gateway gateway, NetworkStack network) {
    super(scope, id, props);
    key =
        Key.Builder.create(this, "Key")
            .description("Tables, cache and secrets of " + gateway.name())
            .enableKeyRotation(true)
            .removalPolicy(RemovalPolicy.RETAIN)
            .build();
    ledger = table("Ledger").sortKey(attribute("part", AttributeType.NUMBER)).build();
    access = table("Access").build();
    cache = new SharedCache(this, "Cache", gateway.name(), network, key);
    pepper = gateway.identity().apiKeys().map(_ -> pepper(gateway.name()));
    boolean queues = !gateway.queues().isEmpty();
    admissions = queues ? Optional.of(table("Admissions").build()) : Optional.empty();
    queueKey = queues ? Optional.of(queueKey(gateway.name())) : Optional.empty();
  }

  Key key() {
    return key;
  }

  /** Idempotency records: {@code id}, {@code part}. */
  Table ledger() {
    return ledger;
  }

  /** API keys and revocations: {@code id}. */
  Table access() {
    return access;
  }

  SharedCache cache() {
    return cache;
  }

  /** What API keys are digested with; without it none of them is worth anything. */
  Optional<Secret> pepper() {
    return pepper;
  }

  /** Who has entered through a queue, and what operators have changed of it: {@code id}. */
  Optional<Table> admissions() {
    return admissions;
  }

  /** What tickets and passes are signed with. */
  Optional<Secret> queueKey() {
    return queueKey;
  }

  /** {@code {"key":"…"}}; a rotation adds {@code previous}. */
  private Secret queueKey(String name) {
    return Secret.Builder.create(this, "QueueKey")
        .description("Signs the tickets and passes of the queues of " + name)
        .encryptionKey(key)
        .removalPolicy(RemovalPolicy.RETAIN)
        .generateSecretString(
            SecretStringGenerator.builder()
                .secretStringTemplate("{}")
                .generateStringKey("key")
                .passwordLength(64)
                .excludePunctuation(true)
                .build())
        .build();
  }

  private Secret pepper(String name) {
    return Secret.Builder.create(this, "ApiKeyPepper")
        .description("Digests the API keys of " + name)
        .encryptionKey(key)
        .removalPolicy(RemovalPolicy.RETAIN)
        .generateSecretString(
            SecretStringGenerator.builder().passwordLength(64).excludePunctuation(true).build())
        .build();
  }

  private Table.Builder table(String id) {
    return Table.Builder.create(this, id)
        .partitionKey(attribute("id", AttributeType.STRING))
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .encryption(TableEncryption.CUSTOMER_MANAGED)
        .encryptionKey(key)
        .timeToLiveAttribute("expiresAt")
        .pointInTimeRecoverySpecification(
            PointInTimeRecoverySpecification.builder().pointInTimeRecoveryEnabled(true).build())
        .deletionProtection(true)
        .removalPolicy(RemovalPolicy.RETAIN);
  }

  private static Attribute attribute(String name, AttributeType type) {
    return Attribute.builder().name(name).type(type).build();
  }
}

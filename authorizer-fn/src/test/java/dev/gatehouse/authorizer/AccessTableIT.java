package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.ApiKeysContract.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.authorizer.Revocation.Target;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.dynamo.AwsSettings;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.dynamo.RealDynamo;
import dev.gatehouse.identity.DynamoAccessFacts;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.identity.Revocations.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Keys and revocations in DynamoDB Local. */
class AccessTableIT {
  private static RealDynamo server;
  private static AwsSettings settings;
  private static Dynamo dynamo;
  private static int tables;

  @BeforeAll
  static void start() {
    server = RealDynamo.start();
    settings = server.settings();
    dynamo = new Dynamo();
  }

  @AfterAll
  static void stop() {
    dynamo.close();
    settings.close();
    server.close();
  }

  private static AccessTable table() {
    String name = "Access" + tables++;
    server.createTable(name);
    return new AccessTable(dynamo, name);
  }

  @Nested
  class Keys extends ApiKeysContract {
    private final AccessTable table = table();

    @Override
    ApiKeys keys() {
      return new DynamoApiKeys(table);
    }
  }

  @Nested
  class Lists extends RevocationListContract {
    private final AccessTable table = table();

    @Override
    RevocationList list() {
      return new DynamoRevocationList(table);
    }
  }

  @Test
  void keysAndRevocationsDoNotMeetInALongList() {
    AccessTable table = table();
    World world = new World();
    ApiKeys keys = new DynamoApiKeys(table);
    RevocationList list = new DynamoRevocationList(table);
    for (int i = 0; i < 30; i++) {
      list.put(revocation(new Target.Token(World.ISSUER, "t-" + i)));
    }
    ApiKey key = world.key(World.PEPPER.mint(new SecureRandom()));
    keys.add(key);
    int listed = 0;
    Optional<String> after = Optional.empty();
    do {
      Page<ApiKey> page = value(keys.list(1, after));
      listed += page.items().size();
      after = page.next();
    } while (after.isPresent());
    assertThat(listed).isEqualTo(1);
  }

  @Test
  void whatIsWrittenHereIsWhatEveryGuardReads() {
    AccessTable table = table();
    World world = new World();
    ApiKeys keys = new DynamoApiKeys(table);
    RevocationList list = new DynamoRevocationList(table);
    ApiKey key = world.key(World.PEPPER.mint(new SecureRandom()));
    assertThat(standing(table, key.principal())).isInstanceOf(Standing.Revoked.class);
    keys.add(key);
    assertThat(standing(table, key.principal())).isEqualTo(new Standing.Valid());
    Revocation suspended = revocation(new Target.Key(key.id()));
    list.put(suspended);
    assertThat(standing(table, key.principal())).isInstanceOf(Standing.Revoked.class);
    list.lift(suspended.id());
    assertThat(standing(table, key.principal())).isEqualTo(new Standing.Valid());
    keys.replace(key, ManualClock.START, successor(key), ManualClock.START.minusSeconds(1));
    assertThat(standing(table, key.principal()))
        .isEqualTo(new Standing.Revoked("API key has ended"));
    keys.revoke(key.id(), ManualClock.START);
    assertThat(standing(table, key.principal()))
        .isEqualTo(new Standing.Revoked("API key is revoked"));

    Principal alice = alice();
    list.put(revocation(new Target.Token(World.ISSUER, "t-1")));
    assertThat(standing(table, alice)).isInstanceOf(Standing.Revoked.class);
  }

  @Test
  void recordsAreForgottenNinetyDaysAfterTheirKeyAndNotBefore() {
    AccessTable table = table();
    World world = new World();
    ApiKeys keys = new DynamoApiKeys(table);
    ApiKey key = world.key(World.PEPPER.mint(new SecureRandom()));
    keys.add(key);
    assertThat(item(table, key)).doesNotContainKeys("expiresAt", "endsAt");
    keys.used(key.id(), LocalDate.parse("2026-11-22"));
    assertThat(item(table, key)).doesNotContainKeys("expiresAt", "endsAt");
    keys.revoke(key.id(), ManualClock.START);
    Instant forgotten = ManualClock.START.plus(Duration.ofDays(90));
    assertThat(item(table, key).get("expiresAt"))
        .isEqualTo(AttributeValue.fromN(Long.toString(forgotten.getEpochSecond())));
  }

  @Test
  void aStoreThatAnswersNothingIsUnavailableInABoundedTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        AwsSettings _ =
            new AwsSettings(
                "aws.endpointUrlDynamoDb", "http://127.0.0.1:" + silent.getLocalPort());
        Dynamo unreachable = new Dynamo()) {
      ApiKeys keys = new DynamoApiKeys(new AccessTable(unreachable, "Access"));
      long started = System.nanoTime();
      assertThat(keys.find("x")).isInstanceOf(Stored.Unavailable.class);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(6));
    }
  }

  private static Standing standing(AccessTable table, Principal caller) {
    return new Revocations(new DynamoAccessFacts(dynamo, table.name()), new ManualClock())
        .of(caller);
  }

  private static Map<String, AttributeValue> item(AccessTable table, ApiKey key) {
    return dynamo
        .client()
        .getItem(
            request ->
                request
                    .tableName(table.name())
                    .key(Map.of("id", AttributeValue.fromS("key:" + key.id())))
                    .consistentRead(true))
        .item();
  }

  private static ApiKey successor(ApiKey old) {
    ApiKeyText text = World.PEPPER.mint(new SecureRandom());
    return old.successor(text.id(), World.PEPPER.digest(text), old.createdAt(), Optional.empty());
  }

  private static Revocation revocation(Target target) {
    return new Revocation(
        target, Optional.empty(), "lost", "root", ManualClock.START, Optional.empty());
  }

  private static Principal alice() {
    return new Principal(
        CredentialKind.JWT,
        World.ISSUER,
        "alice",
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.of("t-1"),
        Optional.of(ManualClock.START),
        Optional.empty());
  }
}

package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.AccessTable.expression;

import dev.gatehouse.identity.AccessIds;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.model.IgnoreNullsMode;
import software.amazon.awssdk.enhanced.dynamodb.model.TransactPutItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.TransactUpdateItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.UpdateItemEnhancedRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** API keys in the access table, under {@code key:ID}. */
record DynamoApiKeys(AccessTable table) implements ApiKeys {
  private static final Expression NEW = expression("attribute_not_exists(id)", Map.of());

  @Override
  public Stored<Optional<ApiKey>> find(String id) {
    return switch (table.find(AccessIds.KEY + id)) {
      case Stored.Answered<Optional<AccessRow>>(var row) ->
          new Stored.Answered<>(row.map(DynamoApiKeys::key));
      case Stored.Unavailable<Optional<AccessRow>>(String reason) ->
          new Stored.Unavailable<>(reason);
    };
  }

  @Override
  public Stored<Boolean> add(ApiKey key) {
    return table.call(
        rows -> {
          try {
            rows.putItem(request -> request.item(row(key)).conditionExpression(NEW));
            return true;
          } catch (ConditionalCheckFailedException e) {
            return false;
          }
        });
  }

  @Override
  public Stored<Boolean> replace(ApiKey old, Instant oldEndsAt, ApiKey successor, Instant now) {
    AccessRow ended =
        new AccessRow(AccessIds.KEY + old.id())
            .put("endsAt", oldEndsAt)
            .put("expiresAt", kept(oldEndsAt));
    return table.call(
        rows -> {
          try {
            table
                .client()
                .transactWriteItems(
                    writes ->
                        writes
                            .addPutItem(
                                rows,
                                TransactPutItemEnhancedRequest.builder(AccessRow.class)
                                    .item(row(successor))
                                    .conditionExpression(NEW)
                                    .build())
                            .addUpdateItem(
                                rows,
                                TransactUpdateItemEnhancedRequest.builder(AccessRow.class)
                                    .item(ended)
                                    .ignoreNullsMode(IgnoreNullsMode.SCALAR_ONLY)
                                    .conditionExpression(alive(now))
                                    .build()));
            return true;
          } catch (TransactionCanceledException e) {
            return false;
          }
        });
  }

  @Override
  public Stored<Optional<ApiKey>> revoke(String id, Instant now) {
    AccessRow revoked =
        new AccessRow(AccessIds.KEY + id).put("revokedAt", now).put("expiresAt", kept(now));
    return switch (update(
        revoked, "attribute_exists(id) AND attribute_not_exists(revokedAt)", Map.of())) {
      case Stored.Answered<Optional<AccessRow>>(var row) ->
          row.isPresent() ? new Stored.Answered<>(row.map(DynamoApiKeys::key)) : find(id);
      case Stored.Unavailable<Optional<AccessRow>>(String reason) ->
          new Stored.Unavailable<>(reason);
    };
  }

  @Override
  public Stored<Boolean> used(String id, LocalDate day) {
    AccessRow used = new AccessRow(AccessIds.KEY + id).put("lastUsed", day.toString());
    Stored<Optional<AccessRow>> updated =
        update(
            used,
            "attribute_exists(id) AND (attribute_not_exists(lastUsed) OR lastUsed < :day)",
            Map.of(":day", AttributeValue.fromS(day.toString())));
    return switch (updated) {
      case Stored.Answered<Optional<AccessRow>>(var row) -> new Stored.Answered<>(row.isPresent());
      case Stored.Unavailable<Optional<AccessRow>>(String reason) ->
          new Stored.Unavailable<>(reason);
    };
  }

  @Override
  public Stored<Page<ApiKey>> list(int most, Optional<String> after) {
    return table.list(AccessIds.KEY, most, after, DynamoApiKeys::key);
  }

  /** The record after the update; empty when the condition did not hold. */
  private Stored<Optional<AccessRow>> update(
      AccessRow changes, String condition, Map<String, AttributeValue> values) {
    UpdateItemEnhancedRequest<AccessRow> request =
        UpdateItemEnhancedRequest.builder(AccessRow.class)
            .item(changes)
            .ignoreNullsMode(IgnoreNullsMode.SCALAR_ONLY)
            .conditionExpression(expression(condition, values))
            .build();
    return table.call(
        rows -> {
          try {
            return Optional.of(rows.updateItem(request));
          } catch (ConditionalCheckFailedException e) {
            return Optional.empty();
          }
        });
  }

  private static Expression alive(Instant now) {
    return expression(
        "attribute_exists(id) AND attribute_not_exists(revokedAt)"
            + " AND (attribute_not_exists(endsAt) OR endsAt > :now)",
        Map.of(":now", AttributeValue.fromN(Long.toString(now.getEpochSecond()))));
  }

  private static Instant kept(Instant end) {
    return end.plus(Duration.ofDays(KEPT_DAYS));
  }

  private static AccessRow row(ApiKey key) {
    AccessRow row =
        new AccessRow(AccessIds.KEY + key.id())
            .put("digest", key.digest())
            .put("owner", key.owner())
            .put("name", key.name())
            .put("scopes", key.scopes())
            .put("roles", key.roles())
            .put("createdAt", key.createdAt());
    key.tier().ifPresent(tier -> row.put("tier", tier));
    key.endsAt().ifPresent(end -> row.put("endsAt", end).put("expiresAt", kept(end)));
    key.replaces().ifPresent(id -> row.put("replaces", id));
    return row;
  }

  private static ApiKey key(AccessRow row) {
    return new ApiKey(
        row.id().substring(AccessIds.KEY.length()),
        row.text("digest").orElse(""),
        row.text("owner").orElse(""),
        row.text("name").orElse(""),
        row.texts("scopes"),
        row.texts("roles"),
        row.text("tier"),
        row.time("createdAt").orElse(Instant.EPOCH),
        row.time("endsAt"),
        row.text("replaces"),
        row.time("revokedAt"),
        row.text("lastUsed").map(LocalDate::parse));
  }
}

package dev.gatehouse.idempotency;

import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.idempotency.LedgerStore.Settled.Applied;
import dev.gatehouse.idempotency.LedgerStore.Settled.Rejected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.model.IgnoreNullsMode;
import software.amazon.awssdk.enhanced.dynamodb.model.PutItemEnhancedRequest;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.enhanced.dynamodb.model.UpdateItemEnhancedRequest;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** Records in DynamoDB: table key {@code id} and {@code part}, TTL attribute {@code expiresAt}. */
final class DynamoLedger implements LedgerStore {
  private final Dynamo dynamo;
  private final String name;
  private @Nullable Bound bound;

  DynamoLedger(Dynamo dynamo, String table) {
    this.dynamo = dynamo;
    this.name = table;
  }

  /** The table as one client sees it; the client is another after a checkpoint. */
  private record Bound(DynamoDbClient client, DynamoDbTable<LedgerItem> table) {}

  @Override
  public Optional<LedgerRecord> claim(LedgerRecord record, Instant now, boolean takeover) {
    PutItemEnhancedRequest<LedgerItem> put =
        PutItemEnhancedRequest.builder(LedgerItem.class)
            .item(LedgerItem.of(record))
            .conditionExpression(Conditions.claim(record, now, takeover))
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    return asked(
        () -> {
          try {
            table().putItem(put);
            return Optional.empty();
          } catch (ConditionalCheckFailedException e) {
            return Optional.of(standing(e).orElseThrow(() -> new LedgerUnavailable(e, false)));
          }
        });
  }

  @Override
  public Settled settle(String id, Guard guard, Settlement settlement) {
    UpdateItemEnhancedRequest<LedgerItem> update =
        UpdateItemEnhancedRequest.builder(LedgerItem.class)
            .item(LedgerItem.of(id, settlement))
            .ignoreNullsMode(IgnoreNullsMode.SCALAR_ONLY)
            .conditionExpression(Conditions.guard(guard))
            .returnValues(ReturnValue.NONE)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    return asked(
        () -> {
          try {
            table().updateItemWithResponse(update);
            return new Applied();
          } catch (ConditionalCheckFailedException e) {
            return new Rejected(standing(e));
          }
        });
  }

  @Override
  public boolean release(String id, Guard guard) {
    return asked(
        () -> {
          try {
            table()
                .deleteItem(
                    request ->
                        request.key(record(id)).conditionExpression(Conditions.guard(guard)));
            return true;
          } catch (ConditionalCheckFailedException e) {
            return false;
          }
        });
  }

  @Override
  public Optional<LedgerRecord> find(String id) {
    return asked(
        () ->
            Optional.ofNullable(
                    table().getItem(request -> request.key(record(id)).consistentRead(true)))
                .map(LedgerItem::toRecord));
  }

  @Override
  public void putPart(Part part) {
    asked(
        () -> {
          table().putItem(LedgerItem.of(part));
          return part;
        });
  }

  @Override
  public List<byte[]> parts(String id, String owner) {
    QueryConditional partition =
        QueryConditional.keyEqualTo(
            Key.builder().partitionValue(LedgerItem.partition(id, owner)).build());
    return asked(
        () -> {
          List<byte[]> parts = new ArrayList<>();
          table()
              .query(request -> request.queryConditional(partition).consistentRead(true))
              .items()
              .forEach(
                  item ->
                      parts.add(
                          Objects.requireNonNull(item.response, "a part without octets")
                              .asByteArrayUnsafe()));
          return parts;
        });
  }

  private synchronized DynamoDbTable<LedgerItem> table() {
    DynamoDbClient client = dynamo.client();
    if (bound == null || !bound.client().equals(client)) {
      DynamoDbEnhancedClient enhanced =
          DynamoDbEnhancedClient.builder().dynamoDbClient(client).extensions(List.of()).build();
      bound = new Bound(client, enhanced.table(name, LedgerSchema.ITEMS));
    }
    return bound.table();
  }

  private static Key record(String id) {
    return Key.builder().partitionValue(id).sortValue(LedgerItem.RECORD).build();
  }

  /** The record that a failed condition was about; empty when there is none. */
  private static Optional<LedgerRecord> standing(ConditionalCheckFailedException e) {
    return e.hasItem()
        ? Optional.of(LedgerSchema.ITEMS.mapToItem(e.item()).toRecord())
        : Optional.empty();
  }

  /** A refusal (4xx) wrote nothing; after anything else a write may have happened. */
  private static <T> T asked(Supplier<T> operation) {
    try {
      return operation.get();
    } catch (AwsServiceException e) {
      throw new LedgerUnavailable(e, e.statusCode() >= 500);
    } catch (SdkException e) {
      throw new LedgerUnavailable(e, true);
    }
  }
}

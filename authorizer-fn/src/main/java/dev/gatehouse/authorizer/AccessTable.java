package dev.gatehouse.authorizer;

import dev.gatehouse.dynamo.Dynamo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.model.ScanEnhancedRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The access table: a record under each id, kinds told apart by what their ids begin with.
 *
 * @param dynamo the environment's client
 * @param name the table's name
 */
record AccessTable(Dynamo dynamo, String name) {
  /** A list that holds few of its kind among many others is given in short pages. */
  private static final int MOST_ROUNDS = 20;

  /** One call of the table's. */
  @FunctionalInterface
  interface Call<T> {
    T on(DynamoDbTable<AccessRow> table);
  }

  /** Calls; a fault is no answer. */
  <T> Stored<T> call(Call<T> call) {
    try {
      return new Stored.Answered<>(call.on(table(client())));
    } catch (SdkException e) {
      return new Stored.Unavailable<>(e.getClass().getSimpleName());
    }
  }

  /** Made again after a checkpoint, like the client below it. */
  DynamoDbEnhancedClient client() {
    return DynamoDbEnhancedClient.builder()
        .dynamoDbClient(dynamo.client())
        .extensions(List.of())
        .build();
  }

  DynamoDbTable<AccessRow> table(DynamoDbEnhancedClient client) {
    return client.table(name, AccessRow.SCHEMA);
  }

  /** The record as it is now. */
  Stored<Optional<AccessRow>> find(String id) {
    return call(
        table ->
            Optional.ofNullable(
                table.getItem(request -> request.key(key(id)).consistentRead(true))));
  }

  /**
   * Some records.
   *
   * @param prefix what the ids of this kind begin with
   * @param after where the page before ended, at a record of any kind
   */
  <T> Stored<Page<T>> list(
      String prefix, int most, Optional<String> after, Function<AccessRow, T> item) {
    return call(
        table -> {
          List<T> items = new ArrayList<>();
          Optional<String> from = after;
          for (int round = 0; round < MOST_ROUNDS && items.size() < most; round++) {
            var page = table.scan(scan(prefix, most - items.size(), from)).iterator().next();
            page.items().forEach(row -> items.add(item.apply(row)));
            from =
                Optional.ofNullable(page.lastEvaluatedKey())
                    .map(key -> key.get(AccessRow.ID))
                    .map(AttributeValue::s);
            if (from.isEmpty()) {
              break;
            }
          }
          return new Page<>(items, from);
        });
  }

  static Key key(String id) {
    return Key.builder().partitionValue(id).build();
  }

  /** A condition over these values. */
  static Expression expression(String text, Map<String, AttributeValue> values) {
    return Expression.builder().expression(text).expressionValues(values).build();
  }

  private static ScanEnhancedRequest scan(String prefix, int most, Optional<String> from) {
    ScanEnhancedRequest.Builder request =
        ScanEnhancedRequest.builder()
            .limit(most)
            .consistentRead(true)
            .filterExpression(
                expression(
                    "begins_with(id, :prefix)", Map.of(":prefix", AttributeValue.fromS(prefix))));
    from.ifPresent(id -> request.exclusiveStartKey(Map.of("id", AttributeValue.fromS(id))));
    return request.build();
  }
}

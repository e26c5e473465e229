package dev.gatehouse.queue;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Changes of operators in the table of admissions: {@code id}, {@code version}, {@code lineState},
 * {@code admit}, {@code capacity}, {@code message}, {@code resetAt} (microseconds); they never
 * expire.
 *
 * @param dynamo the environment's client
 * @param table its name
 */
record DynamoOperatorBook(Dynamo dynamo, String table) implements OperatorBook {
  @Override
  public Stored<OperatorTerms> read(Line line) {
    try {
      Map<String, AttributeValue> item =
          dynamo
              .client()
              .getItem(get -> get.tableName(table).key(Map.of("id", id(line))).consistentRead(true))
              .item();
      return new Answered<>(item.isEmpty() ? OperatorTerms.NONE : terms(item));
    } catch (SdkException e) {
      return new Unavailable<>(e.getClass().getSimpleName());
    }
  }

  @Override
  public Stored<Boolean> write(Line line, OperatorTerms terms) {
    try {
      dynamo
          .client()
          .putItem(
              put ->
                  put.tableName(table)
                      .item(item(line, terms))
                      .conditionExpression("attribute_not_exists(id) OR version = :before")
                      .expressionAttributeValues(Map.of(":before", number(terms.version() - 1))));
      return new Answered<>(true);
    } catch (ConditionalCheckFailedException e) {
      return new Answered<>(false);
    } catch (SdkException e) {
      return new Unavailable<>(e.getClass().getSimpleName());
    }
  }

  private static Map<String, AttributeValue> item(Line line, OperatorTerms terms) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("id", id(line));
    item.put("version", number(terms.version()));
    item.put("lineState", fromS(terms.state().word()));
    terms.admit().ifPresent(rate -> item.put("admit", fromS(rate)));
    terms.capacity().ifPresent(capacity -> item.put("capacity", number(capacity)));
    item.put("message", fromS(terms.message()));
    item.put("resetAt", number(RedisLines.micros(terms.resetAt())));
    return item;
  }

  private static OperatorTerms terms(Map<String, AttributeValue> item) {
    return new OperatorTerms(
        whole(item, "version").orElse(0L),
        text(item, "lineState").flatMap(LineState::of).orElse(LineState.PAUSED),
        text(item, "admit"),
        whole(item, "capacity"),
        text(item, "message").orElse(""),
        RedisLines.instant(whole(item, "resetAt").orElse(0L)));
  }

  private static AttributeValue id(Line line) {
    return fromS("terms/" + line.name());
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
  }

  private static Optional<Long> whole(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::n).map(Long::valueOf);
  }

  private static AttributeValue number(long value) {
    return fromN(Long.toString(value));
  }
}

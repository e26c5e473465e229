package dev.gatehouse.identity;

import dev.gatehouse.dynamo.Dynamo;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * The access table in DynamoDB, read consistently: a key that was made a moment ago is there.
 *
 * @param dynamo the environment's client
 * @param table the table's name
 */
public record DynamoAccessFacts(Dynamo dynamo, String table) implements AccessFacts {
  /** A guard is on the way of every request: it waits for less than an ordinary call. */
  private static final Duration ATTEMPT = Duration.ofSeconds(1);

  private static final Duration CALL = Duration.ofSeconds(2);

  @Override
  public Reading read(List<String> ids) {
    try {
      BatchGetItemResponse answer = dynamo.client().batchGetItem(request(ids));
      if (answer.hasUnprocessedKeys() && !answer.unprocessedKeys().isEmpty()) {
        return new Reading.Unavailable("throttled");
      }
      Map<String, Fact> facts = new HashMap<>();
      for (Map<String, AttributeValue> item : answer.responses().getOrDefault(table, List.of())) {
        Optional.ofNullable(item.get("id")).ifPresent(id -> facts.put(id.s(), fact(item)));
      }
      return new Reading.Known(facts);
    } catch (SdkException e) {
      return new Reading.Unavailable(e.getClass().getSimpleName());
    }
  }

  private BatchGetItemRequest request(List<String> ids) {
    KeysAndAttributes keys =
        KeysAndAttributes.builder()
            .keys(ids.stream().map(id -> Map.of("id", AttributeValue.fromS(id))).toList())
            .consistentRead(true)
            .projectionExpression("id, revokedAt, endsAt, issuedBefore, expiresAt")
            .build();
    return BatchGetItemRequest.builder()
        .requestItems(Map.of(table, keys))
        .overrideConfiguration(bounds -> bounds.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL))
        .build();
  }

  private static Fact fact(Map<String, AttributeValue> item) {
    return new Fact(
        time(item, "revokedAt"),
        time(item, "endsAt"),
        time(item, "issuedBefore"),
        time(item, "expiresAt"));
  }

  /** Times are seconds since 1970, as DynamoDB's TTL wants them. */
  private static Optional<Instant> time(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name))
        .map(AttributeValue::n)
        .map(Long::parseLong)
        .map(Instant::ofEpochSecond);
  }
}

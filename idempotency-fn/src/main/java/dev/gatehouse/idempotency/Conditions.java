package dev.gatehouse.idempotency;

import dev.gatehouse.idempotency.LedgerStore.Guard;
import dev.gatehouse.idempotency.Standing.State;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The conditions of the protocol as DynamoDB evaluates them. */
final class Conditions {
  private static final String FREE = "attribute_not_exists(id) OR expiresAt <= :seconds";

  /** {@code state} and {@code owner} are reserved words. */
  private static final String ABANDONED =
      " OR (fingerprint = :fingerprint AND (#state = :unknown"
          + " OR (#state = :inFlight AND leaseUntil <= :millis)))";

  private Conditions() {}

  static Expression claim(LedgerRecord record, Instant now, boolean takeover) {
    Expression.Builder free =
        Expression.builder()
            .expression(FREE)
            .putExpressionValue(":seconds", number(now.getEpochSecond()));
    if (!takeover) {
      return free.build();
    }
    return free.expression(FREE + ABANDONED)
        .putExpressionName("#state", "state")
        .putExpressionValue(":fingerprint", text(record.fingerprint()))
        .putExpressionValue(":unknown", text(State.UNKNOWN.name()))
        .putExpressionValue(":inFlight", text(State.IN_FLIGHT.name()))
        .putExpressionValue(":millis", number(now.toEpochMilli()))
        .build();
  }

  static Expression guard(Guard guard) {
    Expression.Builder stands =
        Expression.builder()
            .expressionNames(Map.of("#owner", "owner", "#state", "state"))
            .putExpressionValue(":owner", text(guard.owner()))
            .putExpressionValue(":state", text(guard.state().name()))
            .expression("#owner = :owner AND #state = :state");
    Instant leasedAt = guard.leasedAt();
    if (leasedAt == null) {
      return stands.build();
    }
    return stands
        .expression("#owner = :owner AND #state = :state AND leaseUntil > :millis")
        .putExpressionValue(":millis", number(leasedAt.toEpochMilli()))
        .build();
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }
}

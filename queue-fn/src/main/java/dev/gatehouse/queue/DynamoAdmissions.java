package dev.gatehouse.queue;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * Admissions in DynamoDB, one record for each holder and line: {@code id}, {@code ticket} (its
 * sequence), {@code begins} and {@code ends} in microseconds, {@code expiresAt} in seconds. One
 * conditional put, no read before it.
 *
 * @param dynamo the environment's client
 * @param table its name
 */
record DynamoAdmissions(Dynamo dynamo, String table) implements Admissions {
  /** A record outlives every ticket that it could be asked about (and all of its clocks). */
  private static final Duration KEPT =
      Ticket.EARLIEST.plus(Ticket.LIFETIME).plus(Duration.ofHours(2));

  @Override
  public Stored<Granted> grant(Line line, Holder holder, Session wanted, Instant now) {
    try {
      dynamo
          .client()
          .putItem(put -> conditional(put, item(line, holder, wanted, now), wanted, now));
      return new Answered<>(new Granted.Entry(wanted));
    } catch (ConditionalCheckFailedException e) {
      return new Answered<>(granted(e.item(), now));
    } catch (SdkException e) {
      return new Unavailable<>(e.getClass().getSimpleName());
    }
  }

  private void conditional(
      PutItemRequest.Builder put, Map<String, AttributeValue> item, Session wanted, Instant now) {
    put.tableName(table)
        .item(item)
        .conditionExpression(
            "attribute_not_exists(id) OR"
                + " (ends <= :now AND ticket < :ticket AND begins < :ticket)")
        .expressionAttributeValues(
            Map.of(":now", number(RedisLines.micros(now)), ":ticket", number(wanted.sequence())))
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }

  private static Granted granted(Map<String, AttributeValue> item, Instant now) {
    Session session = new Session(micros(item, "ticket"), time(item, "begins"), time(item, "ends"));
    return now.isBefore(session.until()) ? new Granted.Entry(session) : new Granted.UsedUp();
  }

  private static Map<String, AttributeValue> item(
      Line line, Holder holder, Session session, Instant now) {
    Instant last = session.until().isAfter(now) ? session.until() : now;
    return Map.of(
        "id", fromS("in/" + line.name() + "/" + holder.key()),
        "ticket", number(session.sequence()),
        "begins", number(RedisLines.micros(session.from())),
        "ends", number(RedisLines.micros(session.until())),
        "expiresAt", number(last.plus(KEPT).getEpochSecond()));
  }

  private static AttributeValue number(long value) {
    return fromN(Long.toString(value));
  }

  private static long micros(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? 0 : Long.parseLong(value.n());
  }

  private static Instant time(Map<String, AttributeValue> item, String name) {
    return RedisLines.instant(micros(item, name));
  }
}

package dev.gatehouse.idempotency;

import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.primaryPartitionKey;
import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.primarySortKey;

import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttribute;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTag;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticTableSchema;

/** The table's attributes, named by hand: no bean introspection at a cold start. */
final class LedgerSchema {
  static final TableSchema<LedgerItem> ITEMS =
      StaticTableSchema.builder(LedgerItem.class)
          .newItemSupplier(LedgerItem::new)
          .attributes(
              key("id", String.class, i -> i.id, (i, v) -> i.id = v, primaryPartitionKey()),
              key("part", Integer.class, i -> i.part, (i, v) -> i.part = v, primarySortKey()),
              attribute("owner", String.class, i -> i.owner, (i, v) -> i.owner = v),
              attribute("state", String.class, i -> i.state, (i, v) -> i.state = v),
              attribute(
                  "fingerprint", String.class, i -> i.fingerprint, (i, v) -> i.fingerprint = v),
              attribute("createdAt", Long.class, i -> i.createdAt, (i, v) -> i.createdAt = v),
              attribute("leaseUntil", Long.class, i -> i.leaseUntil, (i, v) -> i.leaseUntil = v),
              attribute("expiresAt", Long.class, i -> i.expiresAt, (i, v) -> i.expiresAt = v),
              attribute("status", Integer.class, i -> i.status, (i, v) -> i.status = v),
              attribute("response", SdkBytes.class, i -> i.response, (i, v) -> i.response = v),
              attribute("parts", Integer.class, i -> i.parts, (i, v) -> i.parts = v),
              attribute("note", String.class, i -> i.note, (i, v) -> i.note = v))
          .build();

  private LedgerSchema() {}

  private static <R> StaticAttribute<LedgerItem, R> attribute(
      String name,
      Class<R> type,
      Function<LedgerItem, @Nullable R> getter,
      BiConsumer<LedgerItem, R> setter) {
    return StaticAttribute.builder(LedgerItem.class, type)
        .name(name)
        .getter(getter)
        .setter(setter)
        .build();
  }

  private static <R> StaticAttribute<LedgerItem, R> key(
      String name,
      Class<R> type,
      Function<LedgerItem, @Nullable R> getter,
      BiConsumer<LedgerItem, R> setter,
      StaticAttributeTag tag) {
    return attribute(name, type, getter, setter).toBuilder().addTag(tag).build();
  }
}

package dev.gatehouse.authorizer;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttribute;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticTableSchema;

/**
 * One record of the access table, whatever it is about: values by name. Times are seconds since
 * 1970; {@code expiresAt} is the table's TTL.
 */
final class AccessRow {
  static final String ID = "id";

  /** Without reflection: every attribute is named here. */
  static final TableSchema<AccessRow> SCHEMA = schema();

  private final Map<String, Object> values = new LinkedHashMap<>();

  AccessRow() {}

  AccessRow(String id) {
    values.put(ID, id);
  }

  AccessRow put(String name, String text) {
    values.put(name, text);
    return this;
  }

  AccessRow put(String name, Instant time) {
    values.put(name, time.getEpochSecond());
    return this;
  }

  AccessRow put(String name, List<String> texts) {
    if (!texts.isEmpty()) {
      values.put(name, texts);
    }
    return this;
  }

  String id() {
    return text(ID).orElse("");
  }

  Optional<String> text(String name) {
    return Optional.ofNullable((String) values.get(name));
  }

  Optional<Instant> time(String name) {
    return Optional.ofNullable((Long) values.get(name)).map(Instant::ofEpochSecond);
  }

  List<String> texts(String name) {
    return values.get(name) instanceof List<?> texts
        ? texts.stream().map(String.class::cast).toList()
        : List.of();
  }

  private static TableSchema<AccessRow> schema() {
    StaticTableSchema.Builder<AccessRow> schema =
        TableSchema.builder(AccessRow.class).newItemSupplier(AccessRow::new);
    EnhancedType<String> text = EnhancedType.of(String.class);
    schema.addAttribute(
        attribute(ID, text).tags(StaticAttributeTags.primaryPartitionKey()).build());
    for (String name :
        List.of(
            "digest",
            "owner",
            "name",
            "tier",
            "replaces",
            "lastUsed", // API keys
            "kind",
            "value",
            "issuer",
            "reason",
            "by")) { // revocations
      schema.addAttribute(attribute(name, text).build());
    }
    for (String name : List.of("createdAt", "endsAt", "revokedAt", "issuedBefore", "expiresAt")) {
      schema.addAttribute(attribute(name, EnhancedType.of(Long.class)).build());
    }
    for (String name : List.of("scopes", "roles")) {
      schema.addAttribute(attribute(name, EnhancedType.listOf(String.class)).build());
    }
    return schema.build();
  }

  private static <T> StaticAttribute.Builder<AccessRow, T> attribute(
      String name, EnhancedType<T> type) {
    return StaticAttribute.builder(AccessRow.class, type)
        .name(name)
        .getter(row -> type.rawClass().cast(row.values.get(name)))
        .setter((row, value) -> row.set(name, value));
  }

  private void set(String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
  }
}

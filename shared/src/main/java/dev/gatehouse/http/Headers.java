package dev.gatehouse.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Immutable HTTP fields: names compare without case (RFC 9110 section 5.1), values keep their order
 * and their repetitions.
 *
 * <p>A message has a few dozen fields, so they stand in one flat list that is searched in order: no
 * hashing, no lower-casing.
 */
public final class Headers {
  /** No fields. */
  public static final Headers EMPTY = new Headers(List.of());

  private final List<Field> fields;

  private Headers(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /** One field line. */
  public record Field(String name, String value) {}

  /** Alternating names and values. */
  public static Headers of(String... namesAndValues) {
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  public static Builder builder() {
    return new Builder(new ArrayList<>());
  }

  /** The field lines in their order. */
  public List<Field> fields() {
    return fields;
  }

  public Optional<String> first(String name) {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  public List<String> all(String name) {
    List<String> values = new ArrayList<>(2);
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        values.add(field.value());
      }
    }
    return values;
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  public void forEach(BiConsumer<String, String> consumer) {
    fields.forEach(field -> consumer.accept(field.name(), field.value()));
  }

  public Builder toBuilder() {
    return new Builder(new ArrayList<>(fields));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Headers headers && fields.equals(headers.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return fields.toString();
  }

  /** Collects fields. */
  public static final class Builder {
    private final List<Field> fields;

    private Builder(List<Field> fields) {
      this.fields = fields;
    }

    public Builder add(String name, String value) {
      fields.add(new Field(name, value));
      return this;
    }

    /** Replaces every field of this name by one. */
    public Builder set(String name, String value) {
      return remove(name).add(name, value);
    }

    /** Adds the field unless one of this name is there. */
    public Builder setIfAbsent(String name, String value) {
      for (Field field : fields) {
        if (field.name().equalsIgnoreCase(name)) {
          return this;
        }
      }
      return add(name, value);
    }

    public Builder addAll(Headers headers) {
      fields.addAll(headers.fields);
      return this;
    }

    public Builder remove(String name) {
      return removeIf(name::equalsIgnoreCase);
    }

    /** Removes every field whose name satisfies the predicate. */
    public Builder removeIf(Predicate<String> name) {
      fields.removeIf(field -> name.test(field.name()));
      return this;
    }

    public Headers build() {
      return new Headers(fields);
    }
  }
}

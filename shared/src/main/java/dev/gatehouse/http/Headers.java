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
    return new Builder();
  }

  /** The field lines in their order. */
  public List<Field> fields() {
    return fields;
  }

  public Optional<String> first(String name) {
    return first(fields, name);
  }

  public List<String> all(String name) {
    return all(fields, name);
  }

  public boolean has(String name) {
    return find(fields, name) >= 0;
  }

  public void forEach(BiConsumer<String, String> consumer) {
    fields.forEach(field -> consumer.accept(field.name(), field.value()));
  }

  public Builder toBuilder() {
    return builder().addAll(this);
  }

  /** Where the first field of this name stands; negative without one. */
  private static int find(List<Field> fields, String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private static Optional<String> first(List<Field> fields, String name) {
    int i = find(fields, name);
    return i < 0 ? Optional.empty() : Optional.of(fields.get(i).value());
  }

  private static List<String> all(List<Field> fields, String name) {
    List<String> values = new ArrayList<>(2);
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        values.add(field.value());
      }
    }
    return values;
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
    /** As many as most messages have. */
    private final List<Field> fields = new ArrayList<>(32);

    private Builder() {}

    public Builder add(String name, String value) {
      fields.add(new Field(name, value));
      return this;
    }

    /** Replaces every field of this name by one. */
    public Builder set(String name, String value) {
      if (find(fields, name) >= 0) {
        remove(name);
      }
      return add(name, value);
    }

    /** Adds the field unless one of this name is there. */
    public Builder setIfAbsent(String name, String value) {
      return find(fields, name) < 0 ? add(name, value) : this;
    }

    public Builder addAll(Headers headers) {
      return addAll(headers.fields);
    }

    public Builder addAll(List<Field> further) {
      fields.addAll(further);
      return this;
    }

    /** {@link #set Sets} each of these in turn. */
    public Builder setAll(List<Field> others) {
      for (Field other : others) {
        set(other.name(), other.value());
      }
      return this;
    }

    public Optional<String> first(String name) {
      return Headers.first(fields, name);
    }

    public List<String> all(String name) {
      return Headers.all(fields, name);
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

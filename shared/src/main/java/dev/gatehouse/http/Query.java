package dev.gatehouse.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The decoded query parameters in their order.
 *
 * <p>API Gateway hands them over decoded; {@link #encoded()} writes them again, everything but RFC
 * 3986's unreserved characters percent-encoded.
 */
public record Query(List<Parameter> parameters) {
  public static final Query EMPTY = new Query(List.of());

  private static final String UNRESERVED_MARKS = "-._~";

  public Query {
    parameters = List.copyOf(parameters);
  }

  /** One parameter, decoded. */
  public record Parameter(String name, String value) {}

  public Optional<String> first(String name) {
    for (Parameter parameter : parameters) {
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  /** {@code a=1&b=2}, without a question mark; empty without parameters. */
  public String encoded() {
    StringBuilder text = new StringBuilder();
    for (Parameter parameter : parameters) {
      if (!text.isEmpty()) {
        text.append('&');
      }
      encode(parameter.name(), text);
      text.append('=');
      encode(parameter.value(), text);
    }
    return text.toString();
  }

  private static void encode(String value, StringBuilder text) {
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (isUnreserved(c)) {
        text.append(c);
      } else {
        Percent.encode(b, text);
      }
    }
  }

  private static boolean isUnreserved(char c) {
    return Percent.isAlphanumeric(c) || UNRESERVED_MARKS.indexOf(c) >= 0;
  }
}

package dev.gatehouse.proxy;

import dev.gatehouse.config.When;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a request is what a {@link When} says, its version aside.
 *
 * <p>Read strictly, since clients and back ends disagree about the rest: the host is the one that
 * API Gateway was called under, never what another field says; a value is equal octet by octet; a
 * header or parameter that comes more than once has no value, so that it fits {@code *} alone.
 */
final class Fit {
  private Fit() {}

  static boolean fits(When when, GatewayRequest request) {
    return when.host().filter(host -> !host.isMeantBy(name(request.domain()))).isEmpty()
        && headers(when, request.headers())
        && query(when, request.query());
  }

  private static boolean headers(When when, Headers headers) {
    for (When.Field wanted : when.headers()) {
      int found = 0;
      boolean equal = false;
      for (Headers.Field field : headers.fields()) {
        if (field.name().equalsIgnoreCase(wanted.name())) {
          found++;
          equal = isEqual(wanted.value(), field.value());
        }
      }
      if (!holds(wanted, found, equal)) {
        return false;
      }
    }
    return true;
  }

  private static boolean query(When when, Query query) {
    for (When.Field wanted : when.query()) {
      int found = 0;
      boolean equal = false;
      for (Query.Parameter parameter : query.parameters()) {
        if (parameter.name().equals(wanted.name())) {
          found++;
          equal = isEqual(wanted.value(), parameter.value());
        }
      }
      if (!holds(wanted, found, equal)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(When.Field wanted, int found, boolean equal) {
    return wanted.value().isEmpty() ? found > 0 : found == 1 && equal;
  }

  private static boolean isEqual(Optional<String> wanted, String value) {
    return wanted.isPresent() && wanted.get().equals(value);
  }

  /** Without port and final dot, in lower case. */
  static String name(String domain) {
    int colon = domain.indexOf(':');
    String name = colon < 0 ? domain : domain.substring(0, colon);
    return (name.endsWith(".") ? name.substring(0, name.length() - 1) : name)
        .toLowerCase(Locale.ROOT);
  }
}

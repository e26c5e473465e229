package dev.gatehouse.proxy;

import dev.gatehouse.http.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which fields may cross the gateway.
 *
 * <p>Names are compared after every character but letters and digits has become a hyphen, because
 * CGI, WSGI and PHP servers read {@code X_User_Id} and {@code X.User.Id} as {@code X-User-Id}.
 */
final class FieldHygiene {
  /** RFC 9110 section 7.6.1, and what only ever concerned one connection. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Written anew for every call. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "content-length",
          "expect",
          "forwarded",
          "x-real-ip",
          "x-request-id",
          "x-request-deadline-ms",
          "traceparent",
          // A back end that honours these would run another method than the one authorized.
          "x-http-method",
          "x-http-method-override",
          "x-method-override");

  private static final List<String> OUR_PREFIXES =
      List.of("x-user-", "x-auth-", "x-forwarded-", "x-amzn-", "x-amz-", "x-gatehouse-");

  private final Set<String> credentials;

  /**
   * @param apiKeyHeader a field that carries a credential meant for the gateway alone
   */
  FieldHygiene(Set<String> apiKeyHeader) {
    Set<String> names = new HashSet<>();
    apiKeyHeader.forEach(name -> names.add(canonical(name)));
    credentials = Set.copyOf(names);
  }

  /** The client's fields that a back end may see. */
  Headers.Builder toUpstream(Headers client) {
    Set<String> named = namedByConnection(client);
    return client.toBuilder()
        .removeIf(name -> isStripped(canonical(name), named) || isKeyInDisguise(name));
  }

  /**
   * The back end's fields that the client may see; who may read the answer is the gateway's to say.
   */
  static Headers.Builder toClient(Headers upstream) {
    Set<String> named = namedByConnection(upstream);
    return upstream.toBuilder()
        .removeIf(
            name -> {
              String canonical = canonical(name);
              return HOP_BY_HOP.contains(canonical)
                  || named.contains(canonical)
                  || canonical.equals("content-length")
                  || canonical.startsWith("access-control-");
            });
  }

  private boolean isStripped(String name, Set<String> named) {
    return HOP_BY_HOP.contains(name)
        || OURS.contains(name)
        || credentials.contains(name)
        || named.contains(name)
        || OUR_PREFIXES.stream().anyMatch(name::startsWith);
  }

  /** {@code Idempotency_Key} would be to a back end what the ledger never looked at. */
  private static boolean isKeyInDisguise(String name) {
    return canonical(name).equals("idempotency-key") && !name.equalsIgnoreCase("Idempotency-Key");
  }

  private static Set<String> namedByConnection(Headers headers) {
    List<String> values = headers.all("Connection");
    if (values.isEmpty()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : values) {
      for (String name : value.split(",", -1)) {
        names.add(canonical(name.strip()));
      }
    }
    return names;
  }

  private static String canonical(String name) {
    StringBuilder canonical = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      canonical.append(Character.isLetterOrDigit(c) ? c : '-');
    }
    return canonical.toString().toLowerCase(Locale.ROOT);
  }
}

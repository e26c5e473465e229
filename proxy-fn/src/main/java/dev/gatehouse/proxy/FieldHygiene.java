package dev.gatehouse.proxy;

import dev.gatehouse.config.ReservedFields;
import dev.gatehouse.http.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which fields may cross the gateway; names are compared in their canonical spelling. */
final class FieldHygiene {
  private final Set<String> credentials;

  /**
   * @param apiKeyHeader a field that carries a credential meant for the gateway alone
   */
  FieldHygiene(Set<String> apiKeyHeader) {
    Set<String> names = new HashSet<>();
    apiKeyHeader.forEach(name -> names.add(ReservedFields.canonical(name)));
    credentials = Set.copyOf(names);
  }

  /** The client's fields that a back end may see. */
  Headers.Builder toUpstream(Headers client) {
    Set<String> named = namedByConnection(client);
    return client.toBuilder()
        .removeIf(
            name -> {
              String canonical = ReservedFields.canonical(name);
              return isStripped(canonical, named) || isKeyInDisguise(canonical, name);
            });
  }

  /**
   * The back end's fields that the client may see; who may read the answer is the gateway's to say.
   */
  static Headers.Builder toClient(Headers upstream) {
    Set<String> named = namedByConnection(upstream);
    return upstream.toBuilder()
        .removeIf(
            name -> {
              String canonical = ReservedFields.canonical(name);
              return ReservedFields.isHopByHop(canonical)
                  || named.contains(canonical)
                  || canonical.equals("content-length")
                  || canonical.startsWith("access-control-");
            });
  }

  private boolean isStripped(String name, Set<String> named) {
    return ReservedFields.isHopByHop(name)
        || ReservedFields.isOurs(name)
        || credentials.contains(name)
        || named.contains(name);
  }

  /** {@code Idempotency_Key} would be to a back end what the ledger never looked at. */
  private static boolean isKeyInDisguise(String canonical, String name) {
    return canonical.equals("idempotency-key") && !name.equalsIgnoreCase("Idempotency-Key");
  }

  private static Set<String> namedByConnection(Headers headers) {
    List<String> values = headers.all("Connection");
    if (values.isEmpty()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String value : values) {
      for (String name : value.split(",", -1)) {
        names.add(ReservedFields.canonical(name.strip()));
      }
    }
    return names;
  }
}

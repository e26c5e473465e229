package dev.gatehouse.http;

import java.util.List;

/**
 * The address that a request is counted and logged under.
 *
 * <p>API Gateway's peer address, unless {@code trustedHops} says how many proxies of ours stand in
 * front of it: then the address that the outermost of them saw, counted from the right end of
 * X-Forwarded-For, where the client cannot write.
 */
public final class ClientAddress {
  private ClientAddress() {}

  /** The address of this request. */
  public static String of(GatewayRequest request, int trustedHops) {
    return of(request.headers(), request.sourceIp(), trustedHops);
  }

  /** The address of a request with these fields from this peer. */
  public static String of(Headers headers, String sourceIp, int trustedHops) {
    if (trustedHops == 0) {
      return sourceIp;
    }
    List<String> hops =
        headers.all("X-Forwarded-For").stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .map(String::strip)
            .toList();
    // API Gateway itself appends the peer, so the last entry is the nearest proxy.
    int index = hops.size() - 1 - trustedHops;
    return index >= 0 && !hops.get(index).isEmpty() ? hops.get(index) : sourceIp;
  }
}

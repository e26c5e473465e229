package dev.gatehouse.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One gateway: everything that {@code gateway.yaml} says, read once and never changed.
 *
 * <p>Maps keep the order of the file. Every name that a route mentions exists: {@link
 * GatewayReader} has checked it.
 *
 * @param name the gateway's name, the prefix of its stacks
 * @param cors absent: no other origin is allowed
 * @param errors {@link ErrorFormat#PROBLEM} unless set
 * @param operations {@link Operations#PUBLIC} unless set
 * @param trustedHops how many proxies in front of API Gateway append to X-Forwarded-For; 0 means
 *     that the peer is the client; 0 unless set
 * @param redact query parameters whose values are never logged; none unless set
 */
public record Gateway(
    String name,
    Identity identity,
    Optional<Cors> cors,
    Map<String, Limit> limits,
    Map<String, Queue> queues,
    Map<String, Service> services,
    List<Route> routes,
    ErrorFormat errors,
    Operations operations,
    int trustedHops,
    List<String> redact) {

  /** The folder of the class path that has the files which gateway.yaml names. */
  public static final String FILES = "gateway/";

  public Gateway {
    limits = Ordered.copy(limits);
    queues = Ordered.copy(queues);
    services = Ordered.copy(services);
    routes = List.copyOf(routes);
    redact = List.copyOf(redact);
  }

  /** The claims that limits count by: what functions need to know of a token beyond its caller. */
  public Set<String> countedClaims() {
    return limits.values().stream()
        .flatMap(limit -> limit.by().stream())
        .filter(Limit.Key.Claim.class::isInstance)
        .map(key -> ((Limit.Key.Claim) key).name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The gateway of the class path's {@code /gateway.yaml}: a function's, in its configuration
   * layer.
   *
   * @throws IllegalStateException naming every fault, or that there is no such file; only the
   *     initialization of a function asks, so that it fails before it serves anyone
   */
  public static Gateway fromClassPath() {
    return ClassPathGateway.read("/gateway.yaml");
  }

  /**
   * A file that gateway.yaml names, from the same layer.
   *
   * @throws IllegalStateException where it is not there
   */
  public static byte[] fileFromClassPath(String name) {
    return ClassPathGateway.file("/" + FILES + name);
  }

  /** How errors are written: RFC 9457 alone, or with the older {@code error} member beside it. */
  public enum ErrorFormat {
    PROBLEM,
    CLASSIC
  }
}

package dev.gatehouse.redis;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where Redis is and how to speak to it.
 *
 * @param tls with the server's certificate and name verified
 * @param topology what answers there
 */
public record RedisAddress(String host, int port, boolean tls, Topology topology) {

  /** What a connection finds behind an address. */
  public enum Topology {
    /**
     * One endpoint that serves every slot: a single server, or ElastiCache Serverless. Should it
     * answer {@code MOVED}, it is a cluster, and is treated as one from then on.
     */
    ENDPOINT,
    /** A node of a cluster: the topology is read and each slot's node is connected. */
    CLUSTER
  }

  /**
   * Reads {@code redis://host:port} (plain), {@code rediss://host:port} (TLS), the same with {@code
   * +cluster} behind the scheme, or {@code host:port}, which is TLS.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static RedisAddress parse(String text) {
    URI uri = uri(text.contains("://") ? text : "rediss://" + text, text);
    String host = uri.getHost();
    boolean nothingElse =
        uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawUserInfo() == null;
    if (host == null || uri.getPort() < 1 || uri.getPort() > 65535 || !nothingElse) {
      throw malformed(text);
    }
    return switch (uri.getScheme()) {
      case "redis" -> new RedisAddress(host, uri.getPort(), false, Topology.ENDPOINT);
      case "rediss" -> new RedisAddress(host, uri.getPort(), true, Topology.ENDPOINT);
      case "redis+cluster" -> new RedisAddress(host, uri.getPort(), false, Topology.CLUSTER);
      case "rediss+cluster" -> new RedisAddress(host, uri.getPort(), true, Topology.CLUSTER);
      default -> throw malformed(text);
    };
  }

  private static URI uri(String text, String original) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw malformed(original);
    }
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "\""
            + text
            + "\" (expected: host:port, or redis:// rediss:// redis+cluster://"
            + " rediss+cluster:// host:port)");
  }
}

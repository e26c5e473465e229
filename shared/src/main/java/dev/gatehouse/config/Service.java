package dev.gatehouse.config;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One service behind the gateway.
 *
 * @param balance {@link Balance#ROUND_ROBIN} unless set
 * @param timeout {@link Timeout#DEFAULTS} unless set
 * @param retry {@link Retry#DEFAULTS} unless set
 * @param breaker {@link Breaker#DEFAULTS} unless set
 * @param health an active probe; none unless set
 * @param tls mutual TLS; none unless set
 * @param rewriteRedirects whether its own addresses in answers become the gateway's; false unless
 *     set
 * @param concurrency how many calls may be in flight; any number unless set
 * @param zones the networks of its instances' availability zones, by zone ID; unless set no zone is
 *     preferred
 */
public record Service(
    String name,
    Target target,
    Balance balance,
    Timeout timeout,
    Retry retry,
    Breaker breaker,
    Optional<Health> health,
    Optional<Tls> tls,
    boolean rewriteRedirects,
    Optional<Concurrency> concurrency,
    Map<String, List<Network>> zones) {
  public Service {
    zones = Ordered.copy(zones);
  }

  /** Where its instances are. */
  public sealed interface Target {
    /** Base addresses; a path is a prefix of every request to it. */
    record Urls(List<URI> urls) implements Target {
      public Urls {
        urls = List.copyOf(urls);
      }
    }

    /** A private DNS name registered by AWS Cloud Map. */
    record CloudMap(String host, int port) implements Target {
      /** The port where gateway.yaml gives none. */
      public static final int DEFAULT_PORT = 80;
    }

    /** A gRPC server and the FileDescriptorSet that describes it, a file beside gateway.yaml. */
    record Grpc(String host, int port, String descriptors) implements Target {}
  }

  /** The availability zone that an address of an instance is in, where that is known. */
  public Optional<String> zoneOf(InetAddress address) {
    return zones.entrySet().stream()
        .filter(zone -> zone.getValue().stream().anyMatch(network -> network.contains(address)))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** How the instances take turns. */
  public enum Balance {
    ROUND_ROBIN,
    LEAST_REQUESTS
  }

  /**
   * At most 27 s each: API Gateway answers 504 after 29 s, and the function needs time to say so.
   *
   * @param connect to open a connection
   * @param request from the first byte sent to the last byte received
   */
  public record Timeout(Duration connect, Duration request) {
    /** 250 ms and 10 s. */
    public static final Timeout DEFAULTS =
        new Timeout(Duration.ofMillis(250), Duration.ofSeconds(10));
  }

  /**
   * When and how often a failed call is made again.
   *
   * <p>Repeated calls.
   *
   * @param attempts calls in all, the first included
   * @param backoff the first pause, doubled for each further one
   * @param budgetPercent retries as a share of requests
   * @param hedge after what time without an answer another instance is asked as well; never unless
   *     set
   */
  public record Retry(int attempts, Duration backoff, int budgetPercent, Optional<Duration> hedge) {
    /** 3 calls, 25 ms, 20 %, no hedging. */
    public static final Retry DEFAULTS = new Retry(3, Duration.ofMillis(25), 20, Optional.empty());
  }

  /**
   * When calls stop for a while.
   *
   * <p>When a service is left alone.
   *
   * @param failures failures within a minute that open it
   * @param open how long it stays open
   * @param successes probes in a row that close it
   */
  public record Breaker(int failures, Duration open, int successes) {
    /** 5 failures, 60 s, 3 successes. */
    public static final Breaker DEFAULTS = new Breaker(5, Duration.ofSeconds(60), 3);
  }

  /**
   * Calls in flight, counted over all environments: one of Lambda serves one request at a time.
   *
   * @param most never more
   * @param least where it falls to while calls fail or become slow; {@code most}, so that it never
   *     moves, unless set
   * @param latencyPercent how much slower than without load calls may become before it falls;
   *     empty: it falls by failures alone
   */
  public record Concurrency(int most, int least, Optional<Integer> latencyPercent) {
    /** Netflix's Gradient2 ({@code rttTolerance}). */
    public static final int LATENCY_PERCENT = 50;

    /** One that never moves. */
    public static Concurrency fixed(int most) {
      return new Concurrency(most, most, Optional.empty());
    }
  }

  /**
   * The active probe.
   *
   * @param path what an active probe asks for
   */
  public record Health(String path) {}

  /**
   * Mutual TLS.
   *
   * @param certificate Secrets Manager name of our X.509-SVID and key
   * @param trust Secrets Manager name of the trust domain's bundle
   * @param spiffeId the only accepted URI SAN of the server
   */
  public record Tls(String certificate, String trust, Optional<URI> spiffeId) {}
}

package dev.gatehouse.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The addresses behind names: all A and AAAA records.
 *
 * <p>The resolver of the VPC keeps an answer for its TTL, and the JDK keeps none here, so what is
 * used is never older than its TTL and {@link #FRESH}. A name that cannot be resolved just now
 * keeps the addresses that it had.
 */
final class Names {
  /** How long an answer is used. */
  static final Duration FRESH = Duration.ofSeconds(5);

  /** How long a name without an address is not asked for again. */
  static final Duration UNKNOWN = Duration.ofSeconds(1);

  /** The operating system may try for 10 s and more. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Resolver resolver;
  private final InstantSource clock;
  private final Executor lookups = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();

  Names(Resolver resolver, InstantSource clock) {
    this.resolver = resolver;
    this.clock = clock;
  }

  /**
   * The names that the operating system knows. Turns off the JDK's own cache, which would keep an
   * answer for 30 s whatever its TTL, if no name has been looked up before.
   */
  static Names ofSystem(InstantSource clock) {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    return new Names(host -> List.of(InetAddress.getAllByName(host)), clock);
  }

  /** Finds addresses. */
  @FunctionalInterface
  interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  private record Answer(List<InetAddress> addresses, Instant at) {
    boolean holds(Instant now) {
      Duration age = addresses.isEmpty() ? UNKNOWN : FRESH;
      return now.isBefore(at.plus(age)) && !now.isBefore(at);
    }
  }

  /** The addresses of a host; none while they cannot be found. */
  List<InetAddress> addresses(String host) {
    Answer last = answers.get(host);
    Instant now = clock.instant();
    if (last != null && last.holds(now)) {
      return last.addresses();
    }
    List<InetAddress> found = lookUp(host);
    List<InetAddress> current = found.isEmpty() && last != null ? last.addresses() : found;
    answers.put(host, new Answer(current, now));
    return current;
  }

  private List<InetAddress> lookUp(String host) {
    CompletableFuture<List<InetAddress>> lookup =
        CompletableFuture.supplyAsync(() -> resolved(host), lookups);
    try {
      return lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private List<InetAddress> resolved(String host) {
    try {
      return resolver.resolve(host);
    } catch (UnknownHostException e) {
      return List.of();
    }
  }
}

package dev.gatehouse.redis;

import dev.gatehouse.redis.RedisAddress.Topology;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of an environment, and the opening of the next.
 *
 * <p>A short-lived thread opens it, so that a call can stop waiting: it waits for the first opening
 * as long as opening may take, and for every later one no longer than for a command. A call that
 * comes after finds the connection open or joins the wait.
 */
final class RedisConnection {
  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);

  private static final int FRESH = 3;

  private final RedisAddress address;
  private final RedisOptions options;
  private final RedisLogin.Source logins;
  private boolean cluster;
  private boolean tried;
  private int closings;
  private @Nullable Lettuce lettuce;
  private @Nullable Link link;
  private @Nullable FutureTask<Link> opening;

  RedisConnection(RedisAddress address, RedisOptions options, RedisLogin.Source logins) {
    this.address = address;
    this.options = options;
    this.logins = logins;
    this.cluster = address.topology() == Topology.CLUSTER;
  }

  /** The open connection, or the one that opens in time. */
  Optional<Link> link() {
    Link current = current();
    return current != null ? Optional.of(current) : await(opening(), patience());
  }

  /** Starts opening unless a connection is open or being opened. Does not wait. */
  void open() {
    if (current() == null) {
      var _ = opening();
    }
  }

  private synchronized FutureTask<Link> opening() {
    FutureTask<Link> running = opening;
    if (running == null) {
      int before = closings;
      running = new FutureTask<>(() -> adopt(connect(), before));
      opening = running;
      Thread.ofPlatform().daemon().name("redis-connect").start(running);
    }
    return running;
  }

  /** Lets go of this connection, if it is still the current one. */
  synchronized void drop(Link lost) {
    if (Objects.equals(link, lost)) {
      link = null;
      opening = null;
    }
    lost.close();
  }

  /** The endpoint is a cluster: it is opened as one from now on. */
  synchronized void becomeCluster() {
    cluster = true;
  }

  /** Closes; the next use opens again, and waits for it like the first. */
  synchronized void close() {
    Link current = link;
    link = null;
    opening = null;
    tried = false;
    closings++;
    if (current != null) {
      current.close();
    }
  }

  private synchronized @Nullable Link current() {
    Link current = link;
    if (current != null && !current.open()) {
      drop(current);
      return null;
    }
    return current;
  }

  private synchronized Duration patience() {
    return tried ? options.commandTimeout() : options.connectTimeout();
  }

  private Optional<Link> await(FutureTask<Link> running, Duration patience) {
    try {
      return Optional.of(running.get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      LOG.warn("Redis at {}:{}: {}", address.host(), address.port(), root(e).toString());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      settle(running);
    }
  }

  private synchronized void settle(FutureTask<Link> running) {
    tried = true;
    if (Objects.equals(opening, running) && running.state() == FutureTask.State.FAILED) {
      opening = null;
    }
  }

  private Link connect() {
    try {
      return connect(false);
    } catch (RuntimeException e) {
      if (!loginRefused(e)) {
        throw e;
      }
      return connect(true);
    }
  }

  /** The login is read while the connection opens: cold, either loads classes for long. */
  private Link connect(boolean renewed) {
    CompletableFuture<RedisLogin> login = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("redis-login")
        .start(() -> login.completeAsync(() -> logins.read(renewed), Runnable::run));
    Lettuce client = lettuce();
    return cluster ? client.toCluster(login, bound()) : client.toServer(login, bound());
  }

  /** An opening that nobody waits for any more may still come to an end in a fresh environment. */
  private synchronized Duration bound() {
    return tried ? options.connectTimeout() : options.connectTimeout().multipliedBy(FRESH);
  }

  private synchronized Lettuce lettuce() {
    if (lettuce == null) {
      lettuce = new Lettuce(address, options);
    }
    return lettuce;
  }

  private synchronized Link adopt(Link opened, int before) {
    if (closings != before) {
      opened.close();
      throw new IllegalStateException("closed while it was opened");
    }
    link = opened;
    return opened;
  }

  private static boolean loginRefused(Throwable e) {
    return root(e) instanceof RedisCommandExecutionException refused
        && String.valueOf(refused.getMessage()).matches("(WRONGPASS|NOAUTH)\\b.*");
  }

  private static Throwable root(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? e : root(cause);
  }
}

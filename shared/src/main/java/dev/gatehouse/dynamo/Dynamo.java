package dev.gatehouse.dynamo;

import dev.gatehouse.lifecycle.Participant;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The DynamoDB client of an environment, made by its first use.
 *
 * <p>Region, endpoint and credentials come from the environment, with SnapStart from the
 * container's credentials endpoint that it names. A call is bounded to {@link #CALL} with all its
 * attempts, so that no store outage outlives a request.
 */
public final class Dynamo implements Participant, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(1);

  /** The first call of a cold environment takes 1.1 s (measured on 2 cores). */
  private static final Duration ATTEMPT = Duration.ofSeconds(2);

  private static final Duration CALL = Duration.ofSeconds(4);
  private static final int ATTEMPTS = 3;

  private @Nullable DynamoDbClient client;

  /** Whether a table answers. */
  public sealed interface Reachability {
    /**
     * It answered.
     *
     * @param latency how long that took
     */
    record Reachable(Duration latency) implements Reachability {}

    /**
     * It did not.
     *
     * @param reason the fault's class, for the log
     */
    record Unreachable(String reason, Duration latency) implements Reachability {}
  }

  /** The client, the same until the next checkpoint. */
  public synchronized DynamoDbClient client() {
    if (client == null) {
      client =
          DynamoDbClient.builder()
              .httpClientBuilder(Apache5HttpClient.builder().connectionTimeout(CONNECT))
              .overrideConfiguration(
                  ClientOverrideConfiguration.builder()
                      .apiCallAttemptTimeout(ATTEMPT)
                      .apiCallTimeout(CALL)
                      .retryStrategy(StandardRetryStrategy.builder().maxAttempts(ATTEMPTS).build())
                      .build())
              .build();
    }
    return client;
  }

  /** Asks for the table's description. */
  public Reachability reach(String table) {
    long started = System.nanoTime();
    try {
      client().describeTable(request -> request.tableName(table));
      return new Reachability.Reachable(since(started));
    } catch (SdkException e) {
      return new Reachability.Unreachable(e.getClass().getSimpleName(), since(started));
    }
  }

  @Override
  public void beforeCheckpoint() {
    close();
  }

  /**
   * Makes a client without waiting: the first request asks for revocations before anything else.
   */
  @Override
  public void afterRestore() {
    Thread.ofPlatform().daemon().name("dynamo-client").start(this::client);
  }

  /** Lets the client go; the next use makes another. */
  @Override
  public synchronized void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  private static Duration since(long started) {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}

package dev.gatehouse.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.protocol.ProtocolVersion;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Lettuce, told to do as little as this gateway needs ({@link LeanResources}): no reconnection of
 * its own, no command kept for later.
 *
 * <p>One connection to an endpoint is opened as a plain client even where a cluster may stand
 * behind it: a cluster client would connect three times (topology, default node, slot's node)
 * before the first answer. Cold, with TLS, on 2 cores: 0.9 s against 1.6 s.
 */
final class Lettuce {
  private static final Logger LOG = LoggerFactory.getLogger(Lettuce.class);
  private static final Duration TOPOLOGY_REFRESH_AT_MOST_EVERY = Duration.ofSeconds(5);

  private final RedisAddress address;
  private final RedisOptions options;
  private final LeanResources resources = new LeanResources();
  private final LeanClient client;

  Lettuce(RedisAddress address, RedisOptions options) {
    this.address = address;
    this.options = options;
    this.client = new LeanClient(resources);
    client.setOptions(configure(ClientOptions.builder()).autoReconnect(false).build());
  }

  /**
   * @param login awaited when the connection is there and encrypted, so that both come together
   * @param patience the longest that all of it may take
   * @throws io.lettuce.core.RedisException when there is no connection
   */
  Link toServer(CompletableFuture<RedisLogin> login, Duration patience) {
    StatefulRedisConnection<String, byte[]> connection =
        client.connect(RedisCall.CODEC, uri(login, patience));
    return new Link.ToServer(resources.loop(), connection);
  }

  /** The same to the nodes of a cluster. */
  Link toCluster(CompletableFuture<RedisLogin> login, Duration patience) {
    RedisClusterClient cluster = RedisClusterClient.create(resources, uri(login, patience));
    ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
    configure(builder);
    cluster.setOptions(
        builder
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .adaptiveRefreshTriggersTimeout(TOPOLOGY_REFRESH_AT_MOST_EVERY)
                    .build())
            .build());
    try {
      StatefulRedisClusterConnection<String, byte[]> connection = cluster.connect(RedisCall.CODEC);
      connectNodes(connection);
      return new Link.ToCluster(resources.loop(), cluster, connection);
    } catch (RuntimeException e) {
      var _ = cluster.shutdownAsync();
      throw e;
    }
  }

  /** Connects the nodes that own slots: a command to one that is not connected is rejected. */
  private static void connectNodes(StatefulRedisClusterConnection<String, byte[]> connection) {
    for (RedisClusterNode node : connection.getPartitions()) {
      if (node.getRole().isUpstream()) {
        try {
          var _ = connection.getConnection(node.getUri().getHost(), node.getUri().getPort());
        } catch (RedisException e) {
          LOG.warn("a node of the cluster cannot be reached; its slots are unavailable", e);
        }
      }
    }
  }

  private RedisURI uri(CompletableFuture<RedisLogin> login, Duration patience) {
    Mono<RedisCredentials> credentials = Mono.fromFuture(login).map(Lettuce::credentials);
    RedisURI uri = new PlainlyTold(address, patience);
    uri.setSsl(address.tls());
    uri.setCredentialsProvider(() -> credentials);
    return uri;
  }

  /** Lettuce's own text of an address awaits the login, and is made before it connects. */
  private static final class PlainlyTold extends RedisURI {
    private static final long serialVersionUID = 1;

    PlainlyTold(RedisAddress address, Duration patience) {
      super(address.host(), address.port(), patience);
    }

    @Override
    public String toString() {
      return getHost() + ":" + getPort();
    }
  }

  /** None without a password. */
  private static RedisCredentials credentials(RedisLogin login) {
    return login.password().isEmpty()
        ? RedisCredentials.just(null, (CharSequence) null)
        : RedisCredentials.just(login.username(), login.password());
  }

  private <B extends ClientOptions.Builder> B configure(B builder) {
    builder
        .protocolVersion(ProtocolVersion.RESP2)
        .pingBeforeActivateConnection(false)
        .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
        .replayFilter(command -> true)
        .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
        .maintNotificationsConfig(MaintNotificationsConfig.disabled())
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(options.connectTimeout())
                .tcpNoDelay(true)
                .keepAlive(true)
                .build());
    if (address.tls()) {
      builder.sslOptions(sslOptions());
    }
    return builder;
  }

  private SslOptions sslOptions() {
    SslOptions.Builder ssl =
        SslOptions.builder().jdkSslProvider().handshakeTimeout(options.connectTimeout());
    options.trust().map(Lettuce::trusting).ifPresent(ssl::trustManager);
    return ssl.build();
  }

  private static TrustManagerFactory trusting(KeyStore certificates) {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(certificates);
      return factory;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("trust (expected: a key store with certificates)", e);
    }
  }
}

package dev.gatehouse.peer;

import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Buckets in the Redis that the proxy uses, over TLS and with a login as the proxy. */
@Configuration(proxyBeanMethods = false)
class PeerLimits {

  @Bean(destroyMethod = "shutdown")
  RedisClient redis(
      @Value("${PEER_REDIS_HOST}") String host,
      @Value("${PEER_REDIS_PORT}") int port,
      @Value("${PEER_REDIS_USER}") String user,
      @Value("${PEER_REDIS_PASSWORD}") String password) {
    return RedisClient.create(
        RedisURI.builder()
            .withHost(host)
            .withPort(port)
            .withSsl(true)
            .withAuthentication(user, password.toCharArray())
            .build());
  }

  @Bean
  AsyncProxyManager<String> buckets(RedisClient redis) {
    return Bucket4jLettuce.casBasedBuilder(
            redis.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE)))
        .expirationAfterWrite(
            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                Duration.ofSeconds(10)))
        .build()
        .asAsync();
  }
}

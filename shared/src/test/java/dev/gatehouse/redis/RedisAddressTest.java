package dev.gatehouse.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatehouse.redis.RedisAddress.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
  @ParameterizedTest
  @CsvSource({
    "cache.example:6379, cache.example, 6379, true, ENDPOINT",
    "rediss://cache.example:6379, cache.example, 6379, true, ENDPOINT",
    "redis://127.0.0.1:1, 127.0.0.1, 1, false, ENDPOINT",
    "redis+cluster://localhost:65535, localhost, 65535, false, CLUSTER",
    "rediss+cluster://[::1]:6380, [::1], 6380, true, CLUSTER",
  })
  void everyFormIsRead(String text, String host, int port, boolean tls, Topology topology) {
    assertThat(RedisAddress.parse(text)).isEqualTo(new RedisAddress(host, port, tls, topology));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "cache",
        "cache:",
        "cache:0",
        "cache:65536",
        "cache:x",
        "http://cache:1",
        "redis://user:secret@cache:1",
        "redis://cache:1/0",
        "redis://cache:1?x",
        "a b:1"
      })
  void anyOtherTextIsRefusedWithWhatWasExpected(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisAddress.parse(text))
        .withMessageStartingWith("\"" + text + "\" (expected: ");
  }

  @Test
  void aLoginShowsNoPassword() {
    assertThat(new RedisLogin("app", "hush").toString()).isEqualTo("RedisLogin[app]");
  }
}

package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StoredAnswerTest {
  private static final Freshness FRESHNESS =
      new Freshness(
          Duration.ofSeconds(1), Duration.ofMillis(2), Duration.ofDays(3), Duration.ZERO, true);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2047, 2048, 100_000})
  void itComesBackAsItWas(int length) {
    byte[] body = new byte[length];
    new Random(length).nextBytes(body);
    StoredAnswer answer = answer(body, "A", "1", "A", "2", "B", "é");
    StoredAnswer back = StoredAnswer.decoded(answer.encoded().orElseThrow()).orElseThrow();
    assertThat(back.response().status()).isEqualTo(299);
    assertThat(back.response().headers()).isEqualTo(answer.response().headers());
    assertThat(back.response().body()).isEqualTo(body);
    assertThat(back.freshness()).isEqualTo(FRESHNESS);
  }

  @Test
  void textIsCompressedUnlessItIsAlready() {
    byte[] text = "a line of text\n".repeat(1000).getBytes(UTF_8);
    assertThat(answer(text).encoded().orElseThrow()).hasSizeLessThan(1000);
    assertThat(answer(text, "Content-Encoding", "gzip").encoded().orElseThrow())
        .hasSizeGreaterThan(text.length);
  }

  @Test
  void whatIsTooLongIsNotEncoded() {
    byte[] noise = new byte[StoredAnswer.LONGEST];
    new Random(1).nextBytes(noise);
    assertThat(answer(noise).encoded()).isEmpty();
    assertThat(answer(new byte[0], "A", "x".repeat(70_000)).encoded()).isEmpty();
  }

  @Test
  void whatWasCutOffOrIsOfAnotherVersionIsNothing() {
    byte[] octets = answer("a line of text\n".repeat(1000).getBytes(UTF_8)).encoded().orElseThrow();
    for (int length = 0; length < octets.length - 2; length++) {
      assertThat(StoredAnswer.decoded(Arrays.copyOf(octets, length))).as("" + length).isEmpty();
    }
    byte[] stranger = octets.clone();
    Arrays.fill(stranger, 40, 80, (byte) 0xff);
    assertThat(StoredAnswer.decoded(stranger)).isEmpty();
    octets[0] = 9;
    assertThat(StoredAnswer.decoded(octets)).isEmpty();
  }

  private static StoredAnswer answer(byte[] body, String... fields) {
    return new StoredAnswer(new GatewayResponse(299, Headers.of(fields), body), FRESHNESS);
  }
}

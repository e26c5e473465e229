package dev.gatehouse.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProblemTest {
  private final Problem problem =
      new Problem(
          ErrorCode.RATE_LIMITED,
          "Too \"fast\".",
          "/a",
          "req-1",
          "1-abc-def",
          Map.of("retry_after_sec", 3, "limit", "user", "seen", List.of(1L, true)));

  @Test
  void aProblemCarriesTheContractsMembersAndTheCases() {
    GatewayResponse response = problem.response(false);
    assertThat(response.status()).isEqualTo(429);
    assertThat(response.headers().first("Content-Type")).contains("application/problem+json");
    assertThat(new String(response.body(), UTF_8))
        .isEqualTo(
            "{\"type\":\"urn:gatehouse:problem:rate-limited\",\"title\":\"Too many requests\","
                + "\"status\":429,\"detail\":\"Too \\\"fast\\\".\",\"instance\":\"/a\","
                + "\"code\":\"RATE_LIMITED\",\"request_id\":\"req-1\",\"trace_id\":\"1-abc-def\","
                + "\"limit\":\"user\",\"retry_after_sec\":3,\"seen\":[1,true]}");
  }

  @Test
  void olderClientsFindTheirMemberBesideIt() {
    assertThat(new String(problem.response(true).body(), UTF_8))
        .endsWith(
            ",\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"Too \\\"fast\\\".\","
                + "\"trace_id\":\"1-abc-def\"}}");
  }

  @Test
  void aTicketsExpiryIsGone() {
    assertThat(ErrorCode.TICKET_EXPIRED.status()).isEqualTo(410);
    assertThat(ErrorCode.TICKET_EXPIRED.code()).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void everyAnswerIsGuarded() {
    Headers headers =
        completed(problem.response(false).headers(), "req-1", Duration.ofNanos(1_234_567_890));
    assertThat(headers.first("X-Request-ID")).contains("req-1");
    assertThat(headers.first("X-Process-Time")).contains("1.234567");
    assertThat(headers.first("Cache-Control")).contains("no-store");
    assertThat(headers.first("X-Content-Type-Options")).contains("nosniff");
    assertThat(headers.first("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'");
  }

  @Test
  void aPageKeepsItsOwnPolicyAndCaching() {
    Headers page = Headers.of("Content-Type", "text/html", "Cache-Control", "max-age=60");
    Headers headers = completed(page, "r", Duration.ZERO);
    assertThat(headers.has("Content-Security-Policy")).isFalse();
    assertThat(headers.all("Cache-Control")).containsExactly("max-age=60");
  }

  private static Headers completed(Headers headers, String requestId, Duration elapsed) {
    Headers.Builder builder = headers.toBuilder();
    StandardHeaders.complete(builder, requestId, elapsed);
    return builder.build();
  }
}

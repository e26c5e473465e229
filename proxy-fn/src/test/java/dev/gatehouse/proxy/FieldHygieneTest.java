package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.Headers;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldHygieneTest {
  private final FieldHygiene hygiene = new FieldHygiene(Set.of("X-API-Key"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-User-Id",
        "x-user-id",
        "X_USER_ID",
        "X-User_Roles",
        "x.user.id",
        "X-Auth-Kind",
        "X-Forwarded-For",
        "X_Forwarded_Host",
        "Forwarded",
        "FORWARDED",
        "X-Real-IP",
        "X_Real_IP",
        "X-Amzn-Oidc-Identity",
        "X-Amz-Cf-Id",
        "X-Request-Id",
        "Traceparent",
        "X-API-Key",
        "x_api_key",
        "X-Request-Deadline-Ms",
        "X-HTTP-Method-Override",
        "X-Method-Override",
        "Connection",
        "Keep-Alive",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Proxy-Connection",
        "Host",
        "Content-Length",
        "Expect",
      })
  void neverReachesABackEnd(String name) {
    Headers sent = hygiene.toUpstream(Headers.of(name, "spoofed", "X-Kept", "1")).build();
    assertThat(sent).isEqualTo(Headers.of("X-Kept", "1"));
  }

  @Test
  void whatConnectionNamesIsHopByHop() {
    Headers sent =
        hygiene
            .toUpstream(
                Headers.of("Connection", "close, X-Secret", "x-secret", "1", "Accept", "*/*"))
            .build();
    assertThat(sent).isEqualTo(Headers.of("Accept", "*/*"));
  }

  @Test
  void ordinaryFieldsKeepTheirOrderAndRepetition() {
    Headers client =
        Headers.of(
            "Accept",
            "a",
            "Cookie",
            "c=1",
            "Accept",
            "b",
            "Authorization",
            "Bearer t",
            "Idempotency-Key",
            "k",
            "X-Username",
            "kept");
    assertThat(hygiene.toUpstream(client).build()).isEqualTo(client);
  }

  @Test
  void aKeyThatTheLedgerNeverLookedAtReachesNoBackEnd() {
    Headers client =
        Headers.of("idempotency_key", "k", "Idempotency.Key", "l", "idempotency-key", "m");
    assertThat(hygiene.toUpstream(client).build()).isEqualTo(Headers.of("idempotency-key", "m"));
  }

  @Test
  void aBackEndsConnectionAndCorsStayBehind() {
    Headers upstream =
        Headers.of(
            "Connection",
            "X-Hop",
            "X-Hop",
            "1",
            "Keep-Alive",
            "5",
            "Transfer-Encoding",
            "chunked",
            "Content-Length",
            "3",
            "Access-Control-Allow-Origin",
            "*",
            "Set-Cookie",
            "a=1",
            "Set-Cookie",
            "b=2",
            "Content-Type",
            "text/plain");
    assertThat(FieldHygiene.toClient(upstream).build())
        .isEqualTo(
            Headers.of("Set-Cookie", "a=1", "Set-Cookie", "b=2", "Content-Type", "text/plain"));
  }

  @Test
  void identityValuesStayDistinctAndVisible() {
    assertThat(UpstreamFields.visible("alice@example.com")).isEqualTo("alice@example.com");
    assertThat(UpstreamFields.visible("é")).isEqualTo("%C3%A9");
    assertThat(UpstreamFields.visible("%C3%A9")).isEqualTo("%25C3%25A9");
    assertThat(UpstreamFields.visible("a\r\nX-Admin: 1")).doesNotContain("\r", "\n");
  }
}

package dev.gatehouse.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TraceContextTest {
  private static final String XRAY =
      "Root=1-67e5a1b2-0123456789abcdef01234567;Parent=1111111111111111;Sampled=1";

  private final SecureRandom random = new SecureRandom();

  @Test
  void anXrayTraceIsContinuedInBothSpellings() {
    TraceContext trace = TraceContext.of(Optional.of(XRAY), Optional.empty(), random);
    assertThat(trace.traceId()).isEqualTo("1-67e5a1b2-0123456789abcdef01234567");
    assertThat(trace.traceparent()).matches("00-67e5a1b20123456789abcdef01234567-[0-9a-f]{16}-01");
  }

  @Test
  void theClientsTraceIsContinuedWithAParentOfOurs() {
    String sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    TraceContext trace = TraceContext.of(Optional.of(XRAY), Optional.of(sent), random);
    assertThat(trace.traceparent())
        .matches("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00")
        .isNotEqualTo(sent);
  }

  @Test
  void anInvalidTraceIsReplaced() {
    for (String sent :
        new String[] {
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "ff-4bf9-1-01", "x", ""
        }) {
      assertThat(TraceContext.of(Optional.of(XRAY), Optional.of(sent), random).traceparent())
          .startsWith("00-67e5a1b2");
    }
  }

  @Test
  void withoutATraceOneBegins() {
    TraceContext trace = TraceContext.of(Optional.empty(), Optional.empty(), random);
    assertThat(trace.traceId()).matches("1-[0-9a-f]{8}-[0-9a-f]{24}");
    assertThat(trace.xray()).isEmpty();
  }
}

package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirewallTest {
  /** 100/s at least; twice the fastest limit where that is more. Over 300 s. */
  @Test
  void aFloodIsMoreThanTheGatewayItselfLetsThrough() {
    assertThat(flood("50/s")).isEqualTo(30_000);
    assertThat(flood("500/s")).isEqualTo(300_000);
    assertThat(flood("60/m")).isEqualTo(30_000);
  }

  private static long flood(String rate) {
    Reading reading = new GatewayReader().read(Assembly.yaml(), Map.of("limits.user.rate", rate));
    return Firewall.flood(((Reading.Valid) reading).gateway());
  }
}

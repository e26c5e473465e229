package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostileTokensTest {
  private static final World WORLD = new World();

  static List<HostileTokens.Case> hostile() {
    return HostileTokens.all();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileTokenIsRefused(HostileTokens.Case hostile) {
    assertThat(WORLD.verifier.verify(hostile.token()))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo(hostile.expected()));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aRefusalSaysWhyWithoutTheToken(HostileTokens.Case hostile) {
    Outcome.Refused refused = (Outcome.Refused) WORLD.verifier.verify(hostile.token());
    assertThat(refused.reason()).isNotBlank().hasSizeLessThan(200);
    for (String part : hostile.token().split("\\.", -1)) {
      if (part.length() > 20) {
        assertThat(refused.reason()).doesNotContain(part);
      }
    }
  }

  @Test
  void theTableIsLong() {
    assertThat(hostile()).hasSizeGreaterThanOrEqualTo(150);
  }

  @Test
  void theTokenThatAllOfThemStartFromIsAccepted() {
    assertThat(WORLD.verifier.verify(World.good())).isInstanceOf(Outcome.Allowed.class);
  }
}

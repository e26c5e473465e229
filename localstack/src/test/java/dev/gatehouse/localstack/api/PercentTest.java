package dev.gatehouse.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Percent-decoding, with nothing in front of it. */
final class PercentTest {

  @Test
  void wholeEscapesOfUtf8AreDecoded() {
    assertThat(Percent.decode("a%2Fb%c3%A9%00", false)).contains("a/b\u00e9\u0000");
    assertThat(Percent.decode("a+b%2B", true)).contains("a b+");
    assertThat(Percent.decode("a+b%2B", false)).contains("a+b+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%", "%1", "a%", "%zz", "%1z", "%z1", "%-1", "%FF", "%C0%AF", "%ED%A0%80", "%C3"})
  void anythingElseIsNothing(String text) {
    assertThat(Percent.decode(text, false)).isEmpty();
  }
}

package dev.gatehouse.authorizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiStageTest {
  private static final String STAGE = "arn:aws:execute-api:eu-west-1:123456789012:abc123/live";

  @ParameterizedTest
  @ValueSource(
      strings = {"/GET/x", "/GET/", "/POST/a/b/../c", "/GET/other/live/GET/x", "/*/*", "/GET/a\nb"})
  void everyMethodOfAStageHasOnePolicy(String method) {
    assertThat(ApiStage.of(STAGE + method).orElseThrow().everyMethod()).isEqualTo(STAGE + "/*");
  }

  @Test
  void partitionsOtherThanAwsAreKnown() {
    assertThat(ApiStage.of("arn:aws-us-gov:execute-api:us-gov-west-1:1:a/b/GET/").orElseThrow())
        .isEqualTo(new ApiStage("arn:aws-us-gov:execute-api:us-gov-west-1:1:a/b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arn:aws:execute-api:eu-west-1:123456789012:abc123",
        "arn:aws:execute-api:eu-west-1:123456789012:abc123/live",
        "arn:aws:execute-api:eu-west-1:123456789012:*/live/GET/x",
        "arn:aws:execute-api:eu-west-1:123456789012:abc123/*/GET/x",
        "arn:aws:execute-api:eu-west-1:123456789012:abc?/live/GET/x",
        "arn:aws:execute-api:eu-west-1:*:abc123/live/GET/x",
        "arn:aws:execute-api:*:123456789012:abc123/live/GET/x",
        "arn:aws:execute-api:eu-west-1:123456789012:/live/GET/x",
        "arn:aws:execute-api:eu-west-1:123456789012:abc123//GET/x",
        "arn:aws:lambda:eu-west-1:123456789012:abc123/live/GET/x",
        "x arn:aws:execute-api:eu-west-1:123456789012:abc123/live/GET/x"
      })
  void whatIsNoMethodOfAStageHasNone(String arn) {
    assertThat(ApiStage.of(arn)).isEmpty();
  }
}

package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Cors;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnToTest {
  private final ReturnTo returnTo =
      new ReturnTo(
          Optional.of(
              new Cors(
                  List.of("https://app.example.com", "http://localhost:3000"),
                  List.of(),
                  List.of(),
                  true,
                  Cors.DEFAULT_MAX_AGE)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/buy?x=1#y",
        "https://app.example.com",
        "https://app.example.com/buy?seat=A-1",
        "http://localhost:3000/reserve"
      })
  void pagesOfOursAreReached(String address) {
    assertThat(returnTo.of(Optional.of(address))).contains(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "https://app.example.com.evil.example",
        "https://app.example.com@evil.example",
        "https://user@app.example.com/",
        "https://app.example.com:8443/",
        "http://app.example.com",
        "HTTPS://app.example.com:443@evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "buy",
        "https:app.example.com",
        "https:///app.example.com",
        " /buy",
        "/buy\n",
        "/b\"uy",
        "/<script>",
        "ftp://app.example.com/",
        "https://APP.example.com.",
        "/\tbuy",
        "http://localhost:3001/"
      })
  void noOtherPageIs(String address) {
    assertThat(returnTo.of(Optional.of(address))).isEmpty();
  }

  @Test
  void withoutOriginsOnlyPathsAreReached() {
    ReturnTo none = new ReturnTo(Optional.empty());
    assertThat(none.of(Optional.of("https://app.example.com"))).isEmpty();
    assertThat(none.of(Optional.of("/buy"))).contains("/buy");
    assertThat(none.of(Optional.empty())).isEmpty();
  }
}

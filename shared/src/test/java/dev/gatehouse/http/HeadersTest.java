package dev.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeadersTest {
  private final Headers headers =
      Headers.of("Set-Cookie", "a=1", "X-Thing", "one", "set-cookie", "b=2");

  @Test
  void namesCompareWithoutCase() {
    assertThat(headers.first("x-THING")).contains("one");
    assertThat(headers.has("X-Other")).isFalse();
  }

  @Test
  void repeatedFieldsKeepTheirOrder() {
    assertThat(headers.all("SET-COOKIE")).containsExactly("a=1", "b=2");
  }

  @Test
  void setReplacesEverySpelling() {
    Headers replaced = headers.toBuilder().set("SET-Cookie", "c=3").build();
    assertThat(replaced.all("Set-Cookie")).containsExactly("c=3");
    assertThat(headers.all("Set-Cookie")).hasSize(2);
  }

  @Test
  void setIfAbsentKeepsWhatIsThere() {
    Headers kept =
        headers.toBuilder().setIfAbsent("x-thing", "two").setIfAbsent("X-New", "n").build();
    assertThat(kept.all("X-Thing")).containsExactly("one");
    assertThat(kept.first("x-new")).contains("n");
  }
}

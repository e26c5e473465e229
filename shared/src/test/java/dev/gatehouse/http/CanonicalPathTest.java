package dev.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.CanonicalPath.Parsed.Invalid;
import dev.gatehouse.http.CanonicalPath.Parsed.Valid;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalPathTest {
  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/a/, /a",
    "/a/b%20c, /a/b%20c",
    "/%61/%7e, /a/~",
    "/caf%c3%a9, /caf%C3%A9",
    "/a:b@c+d=e, /a:b@c+d=e",
    "/100%25, /100%25",
    "/a%3Fb%23c, /a%3Fb%23c",
    "/...., /....",
  })
  void onePathHasOneSpelling(String raw, String canonical) {
    assertThat(valid(raw).text()).isEqualTo(canonical);
  }

  @Test
  void segmentsAreDecoded() {
    assertThat(valid("/a/b%20c/caf%C3%A9").segments()).isEqualTo(List.of("a", "b c", "café"));
    assertThat(valid("/").segments()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "*",
        "//",
        "/a//b",
        "/a//",
        "/.",
        "/..",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/%2E./b",
        "/a/%252e%252e/b",
        "/a/%25252e%25252e/b",
        "/a%2fb",
        "/a%2Fb",
        "/a%252fb",
        "/a%5cb",
        "/a\\b",
        "/a%255cb",
        "/a;v=1",
        "/a%3bv=1",
        "/a%253bv",
        "/a%00",
        "/a%2500",
        "/a%0d%0aX:1",
        "/a%7f",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%ff",
        "/a%c0%ae",
        "/a%c0%af",
        "/a%e0%80%af",
        "/a%ed%a0%80",
        "/é",
      })
  void whatServersDisagreeAboutIsRefused(String raw) {
    assertThat(CanonicalPath.parse(raw)).isInstanceOf(Invalid.class);
  }

  @Property(tries = 2000)
  void aCanonicalPathIsItsOwnCanonicalForm(
      @ForAll
          @Chars({'/', 'a', '%', '2', '5', 'e', 'E', 'f', '.', ';', ' ', 'c', '3', '9'})
          @StringLength(max = 24)
          String tail) {
    if (CanonicalPath.parse("/" + tail) instanceof Valid(CanonicalPath path)) {
      assertThat(valid(path.text())).isEqualTo(path);
      assertThat(path.text()).matches("/([A-Za-z0-9._~!$&'()*+,=:@/-]|%[0-9A-F]{2})*");
      assertThat(path.segments()).doesNotContain("", ".", "..");
    }
  }

  @Property(tries = 500)
  void plainSegmentsSurvive(@ForAll @AlphaChars @StringLength(min = 1, max = 20) String segment) {
    assertThat(valid("/x/" + segment).segments()).containsExactly("x", segment);
  }

  private static CanonicalPath valid(String raw) {
    return switch (CanonicalPath.parse(raw)) {
      case Valid(CanonicalPath path) -> path;
      case Invalid(String reason) -> throw new AssertionError(raw + ": " + reason);
    };
  }
}

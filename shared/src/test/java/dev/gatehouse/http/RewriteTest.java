package dev.gatehouse.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Rewrite;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a route makes of a canonical path. */
final class RewriteTest {
  @ParameterizedTest
  @CsvSource({
    "/api/v1, /internal, /api/v1/a/b%20c, /internal/a/b%20c",
    "/api/v1, '', /api/v1/a, /a",
    "/api/v1, '', /api/v1, /",
    "/api/v1, /x/y, /api/v1, /x/y",
    "'', /x, /a, /x/a",
    "'', /x, /, /x",
    "'', '', /, /",
  })
  void aBeginningIsPutInAnothersPlace(String strip, String prefix, String path, String called) {
    assertThat(new Rewrite(strip, prefix).of(path)).isEqualTo(called);
    assertThat(new Rewrite(strip, prefix).back(called)).contains(path);
  }

  @Test
  void noRequestLeadsToWhatIsNotBelowThePrefix() {
    assertThat(new Rewrite("/api", "/in").back("/other")).isEmpty();
    assertThat(new Rewrite("/api", "/in").back("/inside")).isEmpty();
  }

  /** Whatever a client sends and the gateway takes. */
  @Property
  void nothingLeadsOutsideThePrefix(@ForAll @Size(max = 5) List<String> texts) {
    StringBuilder raw = new StringBuilder("/api");
    for (String text : texts) {
      raw.append('/');
      for (byte octet : text.getBytes(UTF_8)) {
        raw.append(String.format(Locale.ROOT, "%%%02X", octet & 0xff));
      }
    }
    if (CanonicalPath.parse(raw.toString()) instanceof CanonicalPath.Parsed.Valid(var path)) {
      String called = new Rewrite("/api", "/in/side").of(path.text());
      assertThat(CanonicalPath.parse(called))
          .isInstanceOfSatisfying(
              CanonicalPath.Parsed.Valid.class,
              valid -> {
                assertThat(valid.path().text()).isEqualTo(called);
                assertThat(valid.path().segments().subList(0, 2)).containsExactly("in", "side");
                assertThat(valid.path().segments().subList(2, valid.path().segments().size()))
                    .isEqualTo(path.segments().subList(1, path.segments().size()));
              });
    }
  }
}

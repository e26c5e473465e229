package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.proxy.BodySchema.Checked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BodySchemaTest {
  private static final BodySchema ORDER = BodySchema.fromClassPath("schemas/order.json");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sku\":\"ABC-1\",\"count\":1}",
        " {\"sku\":\"ABC-1\",\"count\":1.0,\"note\":\"\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\uD83D\uDE00\"} ",
        "{\"sku\":\"ABC-1\",\"count\":99,\"lines\":[{\"price\":0.07}],\"on\":\"2026-11-22\"}"
      })
  void whatTheSchemaAllowsPasses(String body) {
    assertThat(check(ORDER, body)).isEqualTo(new Checked.Valid());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"count":1} | /sku | missing
          {"sku":"ABC-1","count":0} | /count | minimum
          {"sku":"ABC-1","count":"1"} | /count | string found, integer expected
          {"sku":"ABC-1","count":1.5} | /count | integer expected
          {"sku":"ABC-1\\n","count":1} | /sku | pattern
          {"sku":"ABC-1","count":1,"x/y~z":1} | /x~1y~0z | unknown
          {"sku":"ABC-1","count":1,"a/b~c":1} | /a~1b~0c | string expected
          {"sku":"ABC-1","count":1,"note":"sixsix"} | /note | 5
          {"sku":"ABC-1","count":1,"on":"2026-02-30"} | /on | date
          {"sku":"ABC-1","count":1,"lines":[{"price":1},{}]} | /lines/1/price | missing
          {"sku":"ABC-1","count":1,"lines":[{"price":0.001}]} | /lines/0/price | multiple
          [] | `` | object expected
          null | `` | object expected
          """)
  void whatItForbidsIsToldByPointer(String body, String pointer, String detail) {
    List<Map<String, String>> violations = violations(check(ORDER, body));
    assertThat(violations).hasSize(1);
    assertThat(violations.getFirst()).containsEntry("pointer", pointer);
    assertThat(violations.getFirst().get("detail")).contains(detail).doesNotContain("sixsix");
  }

  @ParameterizedTest
  @CsvSource({
    "nora@mail.example, true",
    "a.b+c@x.newtld, true",
    "user@localhost, true",
    "ü@x.com, false",
    "a@b@c.d, false",
    "a b@c.d, false",
    "@c.d, false",
    "a@, false",
    "a@-c.d, false",
    "a@c..d, false",
  })
  void anEmailAddressIsWhatBrowsersTakeForOne(String address, boolean good) {
    for (String draft :
        new String[] {"", "\"$schema\":\"http://json-schema.org/draft-07/schema#\","}) {
      BodySchema schema = new BodySchema("{" + draft + "\"format\":\"email\"}");
      assertThat(check(schema, "\"" + address + "\"") instanceof Checked.Valid)
          .as(draft)
          .isEqualTo(good);
      assertThat(check(new BodySchema("{" + draft + "\"format\":\"uri\"}"), "\"no uri\""))
          .isInstanceOf(Checked.Invalid.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"sku":"ABC-1","sku":"DEF-2","count":1} | a member twice
          {"sku":"ABC-1","count":1}{} | more than one JSON value
          {"sku":"ABC-1","count":1} x | not strict JSON
          {"sku":"ABC-1","count":01} | not strict JSON
          {"sku":"ABC-1","count":NaN} | not strict JSON
          {"sku":"ABC-1","count":1,} | not strict JSON
          {'sku':"ABC-1","count":1} | not strict JSON
          {"sku":"ABC-1","count":1/**/} | not strict JSON
          {"sku":"\\ud800","count":1} | a lone surrogate
          {"sku":"ABC-1","count":1e999999999} | too large
          {"sku":"ABC-1","count":1e-999999999} | too large
          `   ` | empty
          """)
  void whatHasMoreThanOneReadingIsMalformed(String body, String reason) {
    assertThat(check(ORDER, body))
        .isInstanceOfSatisfying(
            Checked.Malformed.class, malformed -> assertThat(malformed.reason()).contains(reason));
  }

  @Test
  void otherEncodingsAndDeepNestingAreMalformed() {
    assertThat(ORDER.check("\"\u00e9\"".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
        .isEqualTo(new Checked.Malformed("not UTF-8"));
    assertThat(check(ORDER, "[".repeat(33) + "]".repeat(33))).isInstanceOf(Checked.Malformed.class);
  }

  @Test
  void aPatternThatBacktracksForEverIsCutOff() {
    BodySchema schema = new BodySchema("{\"pattern\": \"^(a+)+\\\\1b$\"}");
    long started = System.nanoTime();
    assertThat(violations(check(schema, "\"" + "a".repeat(60) + "!\"")))
        .extracting(violation -> violation.get("detail"))
        .containsExactly("too much to check (expected: shorter texts)");
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    assertThat(check(schema, "\"aab\"")).isEqualTo(new Checked.Valid());
  }

  @Test
  void aPatternThatRunsOutOfStackIsCutOff() {
    BodySchema schema = new BodySchema("{\"pattern\": \"^(a|b)*$\"}");
    assertThat(violations(check(schema, "\"" + "ab".repeat(30_000) + "\""))).hasSize(1);
  }

  @Test
  void ofManyViolationsTheFirstTwentyAreTold() {
    BodySchema schema = new BodySchema("{\"items\": {\"type\": \"string\"}}");
    String body = "[" + "1,".repeat(500_000) + "1]";
    assertThat(violations(check(schema, body))).hasSize(20);
  }

  @Test
  void nothingIsFetched() throws Exception {
    try (RawServer server =
        RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrue")) {
      String schema = "{\"properties\": {\"a\": {\"$ref\": \"" + server.url() + "/s\"}}}";
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () -> check(new BodySchema(schema), "{\"a\":1}")))
          .isNotNull();
      assertThat(server.requests()).isEmpty();
    }
  }

  private static Checked check(BodySchema schema, String body) {
    return schema.check(body.getBytes(UTF_8));
  }

  private static List<Map<String, String>> violations(Checked checked) {
    assertThat(checked).isInstanceOf(Checked.Invalid.class);
    return ((Checked.Invalid) checked).violations();
  }
}

package dev.gatehouse.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.config.Route.Idempotency.KeyFormat;
import dev.gatehouse.http.Vectors;
import dev.gatehouse.idempotency.IdempotencyKey.Parsed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
  private static final String LONG = "0123456789abcdef";
  private static final String UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

  @Test
  void noFieldIsNoKey() {
    assertThat(IdempotencyKey.parse(List.of(), KeyFormat.ANY)).isEqualTo(new Parsed.Absent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789abcdef",
        "join_1_2_0123456789",
        "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "{7c9e6679-7425-40de-944b-e07fc1f90ae7}",
        "order/2026-11-22#17!",
      })
  void aBareKeyIsTakenAsItStands(String value) {
    assertThat(parse(value)).isEqualTo(valid(value));
  }

  @Test
  void aQuotedKeyIsTheKeyBetweenItsQuotes() {
    assertThat(parse("\"" + UUID + "\"")).isEqualTo(parse(UUID));
    assertThat(parse("\"a key, with spaces; \\\"x\\\" \\\\\""))
        .isEqualTo(valid("a key, with spaces; \"x\" \\"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "short | 5 characters (expected: 16 to 255)",
        "012345678901234 | 15 characters",
        "a key with spaces in it | a space (expected: quotes",
        "0123456789abcdef,0123456789abcdef | the character ,",
        "0123456789abcdef;p=1 | the character ;",
        "0123456789\"abcdef | the character \"",
        "0123456789\\abcdef | the character \\",
        "0123456789\u00e9abcdef | the character U+00E9",
        "0123456789\u0000abcdef | the character U+0000",
        "0123456789\u007fabcdef | the character U+007F",
        "\"0123456789abcdef | no closing quote",
        "\"0123456789abcdef\";p=1 | text after the closing quote",
        "\"0123456789abcdef\", \"0123456789abcdef\" | text after the closing quote",
        "\"0123456789\\abcdef\" | a backslash",
        "\"0123456789abcdef\\ | a backslash",
        "\"0123456789\u0009abcdef\" | the character U+0009",
        "\"\" | 0 characters",
      })
  void anythingElseIsRefusedWithItsReason(String value, String reason) {
    assertThat(parse(value))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class, refused -> assertThat(refused.reason()).startsWith(reason));
  }

  @Test
  void lengthsCountTheKeyAndNotItsQuotes() {
    assertThat(parse("k".repeat(255))).isEqualTo(valid("k".repeat(255)));
    assertThat(parse("\"" + "k".repeat(255) + "\"")).isEqualTo(valid("k".repeat(255)));
    assertThat(parse("k".repeat(256)))
        .isEqualTo(new Parsed.Invalid("256 characters (expected: 16 to 255)"));
    assertThat(parse("\"" + "k".repeat(16) + "\"")).isEqualTo(valid("k".repeat(16)));
  }

  @Test
  void twoFieldsAreRefusedEvenWhenEqual() {
    assertThat(IdempotencyKey.parse(List.of(UUID, UUID), KeyFormat.ANY))
        .isEqualTo(new Parsed.Invalid("2 fields (expected: one)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1-7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "join_1_2_0123456789",
        "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "{7c9e6679-7425-40de-944b-e07fc1f90ae7}",
        "7c9e667974254 0de944be07fc1f90ae7",
        "7c9e6679742540de944be07fc1f90ae7",
        "7c9e6679-7425-10de-944b-e07fc1f90ae7",
        "7c9e6679-7425-40de-c44b-e07fc1f90ae7",
        "00000000-0000-0000-0000-000000000000",
        "7c9e6679-7425-40de-944b-e07fc1f90aeg",
      })
  void whereAUuidIsAskedForNothingElseIsTaken(String value) {
    assertThat(IdempotencyKey.parse(List.of(value), KeyFormat.UUID4))
        .isInstanceOf(Parsed.Invalid.class);
  }

  @Test
  void aUuidIsTheSameInEitherCase() {
    assertThat(
            IdempotencyKey.parse(List.of("7C9E6679-7425-40DE-944B-E07FC1F90AE7"), KeyFormat.UUID4))
        .isEqualTo(valid(UUID));
    assertThat(new IdempotencyKey(UUID).isUuid4()).isTrue();
  }

  @Test
  void aKeyIsNeverPrinted() {
    assertThat(new IdempotencyKey(UUID).toString()).doesNotContain("7c9e6679");
  }

  /**
   * Strings of the HTTP working group's structured-field tests, made long enough for a key.
   *
   * @see <a href="https://github.com/httpwg/structured-field-tests">structured-field-tests</a>
   */
  @ParameterizedTest
  @ValueSource(strings = {"string.json", "string-generated.json"})
  void quotedKeysAreStructuredFieldStrings(String file) throws IOException {
    Optional<Path> vectors = Vectors.file("structured-fields/" + file);
    if (vectors.isEmpty()) {
      Vectors.skipped();
      return;
    }
    int compared = 0;
    for (JsonNode vector : new ObjectMapper().readTree(vectors.get().toFile())) {
      String raw = vector.path("raw").path(0).asText();
      if (raw.startsWith("\"") && vector.path("raw").size() == 1) {
        Parsed parsed = parse("\"" + LONG + raw.substring(1));
        if (vector.path("must_fail").asBoolean()) {
          assertThat(parsed).as(vector.toString()).isInstanceOf(Parsed.Invalid.class);
        } else if (LONG.length() + raw.length() < IdempotencyKey.LONGEST) {
          String text = vector.path("expected").path(0).asText();
          assertThat(parsed).as(vector.toString()).isEqualTo(valid(LONG + text));
        }
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(10);
  }

  private static Parsed parse(String value) {
    return IdempotencyKey.parse(List.of(value), KeyFormat.ANY);
  }

  private static Parsed valid(String text) {
    return new Parsed.Valid(new IdempotencyKey(text));
  }
}

package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  @Test
  void everythingCanBeSaid() {
    assertThat(
            Arguments.parse(
                List.of(
                    "--gateway",
                    "g",
                    "--out",
                    "o",
                    "--project",
                    "p",
                    "--set",
                    "a.b=c=d",
                    "--set",
                    "e=")))
        .isEqualTo(
            new Arguments.Parsed.Valid(
                new Arguments(
                    Path.of("g"),
                    Optional.of(Path.of("o")),
                    Path.of("p"),
                    Map.of("a.b", "c=d", "e", ""))));
  }

  @ParameterizedTest
  @CsvSource({
    "'', no --gateway (expected: --gateway DIR)",
    "--gateway, --gateway without a value (expected: one after it)",
    "--gateway a --gateway b, --gateway twice (expected: once)",
    "--gateway a --set x, --set x (expected: --set path=value)",
    "--gatewy a, '--gatewy (expected: --gateway, --out, --project or --set)'",
  })
  void whatIsWrongIsToldWithWhatWasExpected(String line, String message) {
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));

    assertThat(Arguments.parse(words)).isEqualTo(new Arguments.Parsed.Invalid(message));
  }
}

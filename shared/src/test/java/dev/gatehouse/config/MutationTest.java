package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever happens to a file: it is a gateway, or has faults, each on one of its lines. */
final class MutationTest {
  private static final String SOURCE = Example.complete();
  private static final byte[] BYTES = SOURCE.getBytes(StandardCharsets.UTF_8);
  private static final List<String> LINES = SOURCE.lines().toList();

  @Property(tries = 60)
  void truncated(@ForAll @IntRange(max = 3_900) int length) {
    check(SOURCE.substring(0, Math.min(length, SOURCE.length())));
  }

  @Property(tries = 60)
  void withoutALine(@ForAll @IntRange(max = 59) int line) {
    List<String> lines = new ArrayList<>(LINES);
    lines.remove(line % lines.size());
    check(String.join("\n", lines));
  }

  @Property(tries = 60)
  void withALineTwice(@ForAll @IntRange(max = 59) int line, @ForAll @IntRange(max = 59) int at) {
    List<String> lines = new ArrayList<>(LINES);
    lines.add(at % LINES.size(), lines.get(line % lines.size()));
    check(String.join("\n", lines));
  }

  @Property(tries = 200)
  void withOtherBytes(
      @ForAll @Size(min = 1, max = 8) List<Byte> bytes, @ForAll @IntRange(max = 3_900) int at) {
    byte[] mutated = BYTES.clone();
    for (int i = 0; i < bytes.size(); i++) {
      mutated[(at * (i + 1)) % mutated.length] = bytes.get(i);
    }
    check(new String(mutated, StandardCharsets.UTF_8));
  }

  @Property(tries = 200)
  void withOtherCharacters(
      @ForAll @IntRange(max = 3_900) int from,
      @ForAll @IntRange(max = 40) int length,
      @ForAll @IntRange(max = 3_900) int to) {
    int start = Math.min(from, SOURCE.length());
    String moved = SOURCE.substring(start, Math.min(start + length, SOURCE.length()));
    check(new StringBuilder(SOURCE).insert(Math.min(to, SOURCE.length()), moved).toString());
  }

  @Property(tries = 60)
  void anyText(@ForAll String text) {
    check(text);
  }

  private static void check(String source) {
    int lines = Math.max(1, (int) source.lines().count());
    for (PendingSettings pending :
        List.of(PendingSettings.none(), PendingSettings.ofThisVersion())) {
      switch (new GatewayReader(pending).read(source, Map.of())) {
        case Reading.Valid valid -> assertThat(valid.source()).isEqualTo(source);
        case Reading.Invalid(List<Fault> faults) ->
            assertThat(faults).isNotEmpty().allSatisfy(fault -> isWithin(fault, lines));
      }
    }
  }

  private static void isWithin(Fault fault, int lines) {
    assertThat(fault.line()).isBetween(1, lines);
    assertThat(fault.path()).isNotEmpty();
    assertThat(fault.found()).isNotBlank().doesNotContain("\n");
    assertThat(fault.expected()).isNotBlank().doesNotContain("\n");
  }
}

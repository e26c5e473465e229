package dev.gatehouse.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Who is served by which of several services. */
final class SplitTest {
  private static final int CALLERS = 5_000;

  /** Six standard deviations of a binomial share: fails once in 500 million. */
  private static double tolerance(double share) {
    return 6 * Math.sqrt(CALLERS * share * (1 - share)) + 1;
  }

  @Property(tries = 15)
  void eachServiceHasItsShareOfTheCallers(
      @ForAll @IntRange(max = 100) int a,
      @ForAll @IntRange(max = 100) int b,
      @ForAll @IntRange(min = 1, max = 100) int c) {
    Split split = split(a, b, c);
    Map<String, Long> counts =
        IntStream.range(0, CALLERS)
            .mapToObj(i -> side(split, i))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    double sum = a + b + c;
    assertShare(counts.getOrDefault("a", 0L), a / sum);
    assertShare(counts.getOrDefault("b", 0L), b / sum);
    assertShare(counts.getOrDefault("c", 0L), c / sum);
  }

  private static void assertShare(long count, double share) {
    assertThat((double) count).isCloseTo(CALLERS * share, within(tolerance(share)));
  }

  /** 70, 30 and 0, as in the Gateway API's HTTPRouteWeight. */
  @Test
  void whoHasNoWeightHasNoCallers() {
    Split split = split(70, 30, 0);
    assertThat(IntStream.range(0, CALLERS).mapToObj(i -> side(split, i))).doesNotContain("c");
  }

  @Property(tries = 15)
  void aCallerStaysWhileNothingChanges(
      @ForAll String subject, @ForAll @IntRange(min = 1, max = 100) int weight) {
    List<String> caller = List.of("jwt", "https://idp.example", subject);
    assertThat(split(weight, 5, 5).route(caller).service())
        .isEqualTo(split(weight, 5, 5).route(caller).service());
    assertThat(reversed(weight, 5).route(caller).service())
        .isEqualTo(split(weight, 5, 0).route(caller).service());
  }

  @Property(tries = 10)
  void onlyTheDifferenceMovesAndOnlyOneWay(
      @ForAll @IntRange(max = 90) int before, @ForAll @IntRange(min = 1, max = 10) int more) {
    Split old = split(100 - before, before, 0);
    int after = before + more;
    Split changed = split(100 - after, after, 0);
    long moved = 0;
    for (int i = 0; i < CALLERS; i++) {
      String from = side(old, i);
      String to = side(changed, i);
      if (!from.equals(to)) {
        moved++;
        assertThat(from + to).isEqualTo("ab");
      }
    }
    assertShare(moved, more / 100.0);
  }

  @Test
  void aSubjectIsAnotherCallerWithEachIssuerAndEachKindOfCredential() {
    Split split = split(50, 50, 0);
    long apart =
        IntStream.range(0, 1_000)
            .filter(
                i ->
                    !split
                        .route(List.of("jwt", "one", "user-" + i))
                        .service()
                        .equals(split.route(List.of("jwt", "two", "user-" + i)).service()))
            .count();
    assertThat(apart).isBetween(400L, 600L);
  }

  private static String side(Split split, int caller) {
    return split.route(List.of("jwt", "https://idp.example", "user-" + caller)).service();
  }

  private static Split split(int a, int b, int c) {
    return split("a: " + a + ", b: " + b + ", c: " + c);
  }

  private static Split reversed(int a, int b) {
    return split("b: " + b + ", a: " + a);
  }

  private static Split split(String weights) {
    String yaml =
        """
        name: g
        services: {a: {url: http://a}, b: {url: http://b}, c: {url: http://c}}
        routes: [{match: GET /, to: {WEIGHTS}, allow: public}]
        """
            .replace("WEIGHTS", weights);
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid ->
          ((Way.Course.Parted)
                  Way.of(valid.gateway().routes().getFirst(), valid.gateway(), Map.of()).course())
              .split();
      case Reading.Invalid(var faults) -> throw new AssertionError(faults.toString());
    };
  }
}

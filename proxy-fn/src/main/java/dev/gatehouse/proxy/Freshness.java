package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.Headers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long an answer may be given out (RFC 9111 section 4.2, RFC 5861), reckoned once, when it has
 * come. Ages are those of RFC 9111: since the origin made or confirmed it.
 *
 * @param lifetime the age at which it is stale; zero for what must always be asked about
 * @param initialAge its age when it came
 * @param staleIfError how long after that it may stand in for a failing service
 * @param staleWhileRevalidate how long after that others get it while one caller asks again
 * @param mustRevalidate never given out stale, whatever else is said
 */
record Freshness(
    Duration lifetime,
    Duration initialAge,
    Duration staleIfError,
    Duration staleWhileRevalidate,
    boolean mustRevalidate) {
  /** The most that {@code cache} settings can say; a service cannot ask for more. */
  static final Duration LONGEST = Duration.ofDays(7);

  /**
   * The freshness of an answer.
   *
   * @param asked when the service was asked, by our clock
   * @param answered when its answer had come
   */
  static Freshness of(Headers answer, Route.Cache setting, Instant asked, Instant answered) {
    CacheControl control = CacheControl.of(answer);
    boolean always = control.has("no-cache");
    boolean revalidate =
        always
            || control.has("must-revalidate")
            || control.has("proxy-revalidate")
            || control.has("s-maxage");
    Duration lifetime = stated(answer, answered).orElse(setting.ttl());
    return new Freshness(
        always ? Duration.ZERO : shorter(lifetime, setting.ttl()),
        initialAge(answer, asked, answered),
        revalidate ? Duration.ZERO : window(control, "stale-if-error", setting.staleIfError()),
        revalidate
            ? Duration.ZERO
            : window(control, "stale-while-revalidate", setting.staleWhileRevalidate()),
        revalidate);
  }

  /** The lifetime that an answer states (section 4.2.1); empty where it states none. */
  static Optional<Duration> stated(Headers answer, Instant answered) {
    CacheControl control = CacheControl.of(answer);
    return control
        .time("s-maxage")
        .or(() -> control.time("max-age"))
        .or(() -> answer.first("Expires").map(text -> until(text, date(answer, answered))));
  }

  private static Duration until(String expires, Instant date) {
    return HttpDate.parse(expires)
        .map(end -> Duration.between(date, end))
        .filter(Duration::isPositive)
        .orElse(Duration.ZERO);
  }

  /** Section 4.2.3: the greater of what its Date and what its Age says. */
  private static Duration initialAge(Headers answer, Instant asked, Instant answered) {
    Duration apparent = Duration.between(date(answer, answered), answered);
    Duration told = age(answer).plus(Duration.between(asked, answered));
    Duration age = longer(apparent, told);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** Section 5.1: the first member counts, and what is no number is ignored. */
  private static Duration age(Headers answer) {
    String first = answer.first("Age").orElse("0").split(",", 2)[0].strip();
    if (!first.matches("[0-9]+")) {
      return Duration.ZERO;
    }
    return first.length() > 9 ? LONGEST : Duration.ofSeconds(Long.parseLong(first));
  }

  private static Instant date(Headers answer, Instant answered) {
    return answer.first("Date").flatMap(HttpDate::parse).orElse(answered);
  }

  private static Duration window(CacheControl control, String directive, Duration setting) {
    return shorter(control.time(directive).orElse(setting), LONGEST);
  }

  boolean fresh(Duration age) {
    return age.compareTo(lifetime) < 0;
  }

  boolean servesErrors(Duration age) {
    return !mustRevalidate && age.compareTo(lifetime.plus(staleIfError)) < 0;
  }

  boolean servesWhileRevalidated(Duration age) {
    return !mustRevalidate && age.compareTo(lifetime.plus(staleWhileRevalidate)) < 0;
  }

  /** What is left of the lifetime when it comes; never negative. */
  Duration left() {
    Duration left = lifetime.minus(initialAge);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * How long it is worth keeping.
   *
   * @param ask how long it may still serve to ask whether it has changed
   */
  Duration retention(Duration ask) {
    return left().plus(longer(ask, longer(staleIfError, staleWhileRevalidate)));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}

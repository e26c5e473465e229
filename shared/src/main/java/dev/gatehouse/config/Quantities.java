package dev.gatehouse.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Numbers with units: durations ({@code 250ms 2s 5m 24h 7d}), rates ({@code 50/s 60/1m}) and
 * percentages ({@code 20%}).
 */
public final class Quantities {
  private static final int MOST_DIGITS = 9;

  private Quantities() {}

  /** A number and a unit. */
  public static Optional<Duration> duration(String text) {
    int digits = digits(text, 0);
    return digits == 0 ? Optional.empty() : times(number(text, 0, digits), text.substring(digits));
  }

  /** A count per unit of time; the unit's own number may be left out. */
  public static Optional<Queue.Rate> rate(String text) {
    int slash = digits(text, 0);
    if (slash == 0 || slash >= text.length() || text.charAt(slash) != '/') {
      return Optional.empty();
    }
    long count = number(text, 0, slash);
    String unit = text.substring(slash + 1);
    return (unit.isEmpty() || Character.isDigit(unit.charAt(0)) ? duration(unit) : times(1, unit))
        .filter(per -> count > 0 && per.compareTo(Duration.ofSeconds(1)) >= 0)
        .filter(_ -> !unit.endsWith("ms"))
        .map(per -> new Queue.Rate(count, per));
  }

  /** A whole number that is well written. */
  static Optional<Integer> whole(Cursor place) {
    return place
        .text()
        .filter(text -> !text.isEmpty() && digits(text, 0) == text.length())
        .map(Integer::parseInt);
  }

  /** Octets, at most those of {@link Messages.Accepts#LONGEST}. */
  static Optional<Integer> size(String text) {
    int digits = digits(text, 0);
    if (digits == 0) {
      return Optional.empty();
    }
    long unit =
        switch (text.substring(digits)) {
          case "B" -> 1;
          case "KB" -> 1024;
          case "MB" -> 1024 * 1024;
          default -> 0;
        };
    long octets = number(text, 0, digits) * unit;
    return octets > 0 && octets <= Messages.Accepts.LONGEST
        ? Optional.of((int) octets)
        : Optional.empty();
  }

  static Optional<Integer> percent(String text) {
    int digits = digits(text, 0);
    return digits > 0 && digits <= 3 && text.substring(digits).equals("%")
        ? Optional.of((int) number(text, 0, digits)).filter(percent -> percent <= 100)
        : Optional.empty();
  }

  /** The shortest spelling of a duration, as gateway.yaml would have it. */
  static String spell(Duration duration) {
    long millis = duration.toMillis();
    for (Unit unit : Unit.values()) {
      if (millis % unit.millis == 0 && millis >= unit.millis) {
        return millis / unit.millis + unit.name().toLowerCase(Locale.ROOT);
      }
    }
    return "0s";
  }

  private enum Unit {
    D(86_400_000),
    H(3_600_000),
    M(60_000),
    S(1_000),
    MS(1);

    private final long millis;

    Unit(long millis) {
      this.millis = millis;
    }
  }

  private static Optional<Duration> times(long count, String unit) {
    return switch (unit) {
      case "ms" -> Optional.of(Duration.ofMillis(count));
      case "s" -> Optional.of(Duration.ofSeconds(count));
      case "m" -> Optional.of(Duration.ofMinutes(count));
      case "h" -> Optional.of(Duration.ofHours(count));
      case "d" -> Optional.of(Duration.ofDays(count));
      default -> Optional.empty();
    };
  }

  /** How far a number without leading zeros reaches; the start itself if there is none. */
  private static int digits(String text, int start) {
    int end = start;
    while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
      end++;
    }
    boolean leadingZero = end - start > 1 && text.charAt(start) == '0';
    return leadingZero || end - start > MOST_DIGITS ? start : end;
  }

  private static long number(String text, int start, int end) {
    return Long.parseLong(text, start, end, 10);
  }
}

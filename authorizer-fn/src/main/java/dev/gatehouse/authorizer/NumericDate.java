package dev.gatehouse.authorizer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Dates in tokens: seconds since 1970-01-01T00:00:00Z, fractions allowed (RFC 7519 section 2).
 *
 * <p>A fraction is cut off. Dates before 1970 and after the year 9999 are no dates.
 */
final class NumericDate {
  private static final BigDecimal MAX = BigDecimal.valueOf(253_402_300_799L);

  private NumericDate() {}

  static Optional<Instant> of(@Nullable Object claim) {
    Optional<BigDecimal> seconds =
        switch (claim) {
          case Long whole -> Optional.of(BigDecimal.valueOf(whole));
          case BigDecimal number -> Optional.of(number);
          case null, default -> Optional.empty();
        };
    // Compared before it is rounded: 1e999999999 is cheap to compare and ruinous to write out.
    return seconds
        .filter(value -> value.signum() >= 0 && value.compareTo(MAX) <= 0)
        .map(value -> Instant.ofEpochSecond(value.setScale(0, RoundingMode.FLOOR).longValue()));
  }
}

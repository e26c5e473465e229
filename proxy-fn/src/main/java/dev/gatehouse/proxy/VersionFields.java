package dev.gatehouse.proxy;

import dev.gatehouse.config.Route.Version;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.Headers;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * What the answers of a route say about its version's life: {@code Deprecation} (RFC 9745, a date
 * of RFC 9651), {@code Sunset} (RFC 8594, an HTTP date) and a {@code Link} to the successor (RFC
 * 5829). Days begin at midnight UTC.
 *
 * @param own fields that only the gateway writes
 * @param links beside those of the back end
 */
record VersionFields(List<Headers.Field> own, List<Headers.Field> links) {
  /** An IMF-fixdate of RFC 9110 section 5.6.7; {@code RFC_1123_DATE_TIME} has days of one digit. */
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

  static VersionFields of(Version version) {
    Headers.Builder own = Headers.builder();
    version.deprecated().ifPresent(day -> own.add("Deprecation", "@" + seconds(day)));
    version.sunset().ifPresent(day -> own.add("Sunset", HTTP_DATE.format(day.atStartOfDay())));
    Headers.Builder links = Headers.builder();
    version
        .successor()
        .ifPresent(path -> links.add("Link", "<" + path + ">; rel=\"successor-version\""));
    return new VersionFields(own.build().fields(), links.build().fields());
  }

  void tell(Exchange exchange) {
    exchange.answerWith(own);
    exchange.alsoAnswerWith(links);
  }

  private static long seconds(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
  }
}

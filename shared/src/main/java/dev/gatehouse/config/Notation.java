package dev.gatehouse.config;

import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One way of writing a value as text. The reader uses {@code refusal}, hand-written because
 * functions read the file at every cold start; editors use {@code pattern}, which accepts whatever
 * the reader accepts.
 *
 * @param pattern an ECMA-262 regular expression
 * @param expected the right form in words, with an example
 * @param refusal what was expected instead of this text; empty if it is well written
 */
record Notation(String pattern, String expected, Function<String, Optional<String>> refusal) {
  private static final String HOST = "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?";
  private static final String PORT = "[1-9][0-9]{0,4}";
  private static final String CLOCK = "[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,9})?)?";

  static final Notation TEXT =
      of("^[^\\u0000-\\u001f\\u007f]+$", "a text", text -> !text.isEmpty() && isPrintable(text));
  static final Notation NAME =
      of(
          "^[A-Za-z][A-Za-z0-9_-]{0,63}$",
          "a name of letters, digits, - and _, such as user",
          text -> Characters.isName(text, "-_", 64));
  static final Notation GATEWAY_NAME =
      of(
          "^[A-Za-z][A-Za-z0-9-]{0,39}$",
          "a name of at most 40 letters, digits and -, such as traffic-tacos",
          text -> Characters.isName(text, "-", 40));
  static final Notation EVENT =
      of(
          "^[A-Za-z0-9._:-]{1,128}\\*?$",
          "an event's name or a prefix and *, such as evt-*",
          Characters::isEvent);
  static final Notation SECRET =
      of(
          "^[A-Za-z0-9/_+=.@-]{1,512}$",
          "the name of a secret in Secrets Manager, such as gateway/stripe",
          text -> Characters.consistsOf(text, "/_+=.@-", 512));
  static final Notation FILE =
      of(
          "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$",
          "a file beside gateway.yaml, such as payment.protoset",
          text -> Characters.consistsOf(text, "._-", 128) && text.charAt(0) != '.');
  static final Notation FILE_BELOW =
      of(
          "^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,7}$",
          "a file below the folder of gateway.yaml, such as schemas/order.json",
          Characters::isFileBelow);
  static final Notation SIZE =
      of(
          "^[1-9][0-9]{0,8}(B|KB|MB)$",
          "a size from 1B to 6MB, such as 64KB",
          text -> Quantities.size(text).isPresent());
  static final Notation MEDIA_TYPE =
      of(
          "^[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,64}$",
          "a media type without parameters, such as application/json",
          Characters::isMediaType);
  static final Notation FIELD_VALUE =
      of(
          "^[\\u0021-\\u007e]([\\u0020-\\u007e]{0,1022}[\\u0021-\\u007e])?$",
          "a field's value in ASCII, without spaces at its ends",
          Characters::isFieldValue);
  static final Notation ANY_TEXT = of("^[\\s\\S]*$", "a text", _ -> true);
  static final Notation CLAIM =
      of(
          "^[^\\u0000-\\u0020\\u007f]{1,128}$",
          "a claim's name, such as sub or realm.roles",
          text -> text.length() <= 128 && Characters.isSolid(text));
  static final Notation SCOPE =
      of(
          "^[\\u0021\\u0023-\\u005b\\u005d-\\u007e]{1,128}$",
          "a scope or role without spaces, such as reservations:write",
          Characters::isScope);
  static final Notation HEADER =
      of(
          "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$",
          "a header's name (RFC 9110 section 5.1), such as X-API-Key",
          text -> Characters.consistsOf(text, "!#$%&'*+.^_`|~-", 64));
  static final Notation VALUE =
      of(
          "^[!-~]([ -~]{0,254}[!-~])?$",
          "a value of at most 256 visible ASCII characters, or * for any",
          text -> text.length() <= 256 && Characters.isFieldValue(text));
  static final Notation PARAMETER =
      of(
          "^[^\\u0000-\\u001f\\u007f]{1,128}$",
          "a query parameter's name, such as lang",
          text -> !text.isEmpty() && text.length() <= 128 && isPrintable(text));
  static final Notation VERSION =
      of(
          "^[0-9][a-z0-9.-]{0,31}$",
          "a version that begins with a digit, such as \"2\" or \"2026-06-01\"",
          Characters::isVersion);
  static final Notation HOST_PATTERN =
      of(
          "^(\\*\\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$",
          "a host in lower case without a port, such as api.example.com or *.example.com",
          Addresses::isHostPattern);
  static final Notation REDIRECT =
      of(
          "^(/|https://)[^\\s?#]*$",
          "an https URL without a query, such as https://shop.example.com/new, or a canonical path",
          Addresses::isRedirect);
  static final Notation FACT =
      of(
          "^(user|ip|route|apiKey|tier|header:[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}"
              + "|claim:[^\\u0000-\\u0020\\u007f]{1,128})$",
          "user, ip, route, apiKey, tier, header:NAME or claim:NAME",
          text -> Facts.parse(text).isPresent());
  static final Notation RATE =
      of(
          "^[1-9][0-9]{0,8}/([1-9][0-9]{0,8})?[smhd]$",
          "a number per unit, such as 50/s",
          text -> Quantities.rate(text).isPresent());
  static final Notation ADMIT =
      of(
          RATE.pattern,
          "a number per unit, per day at the slowest, such as 50/s",
          text -> Queue.Rate.parse(text).isPresent());
  static final Notation WINDOW =
      of(
          RATE.pattern,
          "a number per window, such as 60/1m",
          text -> Quantities.rate(text).isPresent());
  static final Notation PERCENT =
      of(
          "^(100|[1-9]?[0-9])%$",
          "a percentage from 0% to 100%, such as 20%",
          text -> Quantities.percent(text).isPresent());
  static final Notation TOLERANCE =
      of(
          "^((100|[1-9]?[0-9])%|off)$",
          "off, or a percentage from 0% to 100%, such as 50%",
          text -> text.equals("off") || Quantities.percent(text).isPresent());
  static final Notation INSTANT =
      of(
          "^[0-9]{4}-[0-9]{2}-[0-9]{2}T" + CLOCK + "(Z|[+-][0-9]{2}:[0-9]{2})$",
          "a date and time with an offset, such as 2026-12-01T10:00:00+09:00",
          Notation::isInstant);
  static final Notation DATE =
      of("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "a date, such as 2026-06-01", Notation::isDate);
  static final Notation URL =
      of(
          "^https?://[^\\s?#]+$",
          "an http or https URL with a host and no query, such as"
              + " http://reservation.internal:8001",
          Addresses::isServiceUrl);
  static final Notation JWKS_URL =
      of(
          "^https?://[^\\s#]+$",
          "an https URL with a host, or http on a loopback host, such as"
              + " https://idp.example/.well-known/jwks.json",
          Addresses::isJwksUrl);
  static final Notation ORIGIN =
      of(
          "^(\\*|https?://[^\\s/?#@]+)$",
          "an origin in lower case without path or default port, such as"
              + " https://app.example.com, or *",
          Addresses::isOrigin);
  static final Notation HOST_AND_PORT =
      of(
          "^" + HOST + ":" + PORT + "$",
          "a host and a port, such as payment.internal:8081",
          text -> Addresses.hostAndPort(text, -1).isPresent());
  static final Notation CLOUD_MAP =
      of(
          "^" + HOST + "(:" + PORT + ")?$",
          "a Cloud Map DNS name, such as reservation.tacos.local or"
              + " reservation.tacos.local:8001",
          text -> Addresses.hostAndPort(text, Service.Target.CloudMap.DEFAULT_PORT).isPresent());
  static final Notation ZONE =
      of(
          "^[a-z][a-z0-9-]{0,63}$",
          "the ID of an availability zone, such as euc1-az1",
          text -> Characters.isZone(text));
  static final Notation NETWORK =
      of(
          "^[0-9A-Fa-f:.]+/[0-9]{1,3}$",
          "a block of addresses with no bits behind its prefix, such as 10.1.0.0/20",
          text -> Network.parse(text).isPresent());
  static final Notation SPIFFE_ID =
      of(
          "^spiffe://[a-z0-9._-]+/[A-Za-z0-9._/-]+$",
          "a SPIFFE id, such as spiffe://jia.app/payment-service",
          Addresses::isSpiffeId);
  static final Notation PATH =
      new Notation("^/[^\\s?#]*$", "a canonical path, such as /healthz", Patterns::canonical);
  static final Notation EVENT_PLACE =
      of(
          "^(/[^\\s]*|path:[A-Za-z0-9_-]{1,64})$",
          "a JSON pointer into the body, such as /event_id, or path:NAME",
          Characters::isEventPlace);
  static final Notation MATCH =
      new Notation(
          "^(ANY|GET|HEAD|POST|PUT|PATCH|DELETE) /\\S*$",
          "a method and a path pattern, such as GET /api/v1/users/*",
          Patterns::refusal);

  static Notation of(String pattern, String expected, Predicate<String> accepts) {
    Optional<String> refused = Optional.of(expected);
    return new Notation(pattern, expected, text -> accepts.test(text) ? Optional.empty() : refused);
  }

  private static boolean isPrintable(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private static boolean isInstant(String text) {
    try {
      OffsetDateTime.parse(text);
      char sign = text.charAt(text.length() - 6);
      return text.charAt(4) == '-'
          && text.charAt(10) == 'T'
          && (text.endsWith("Z") || sign == '+' || sign == '-');
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean isDate(String text) {
    try {
      LocalDate.parse(text);
      return text.length() == 10;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}

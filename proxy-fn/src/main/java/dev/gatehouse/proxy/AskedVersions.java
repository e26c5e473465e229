package dev.gatehouse.proxy;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Headers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which versions of an API a request takes: {@code Accept-Version: 2}, or media ranges of {@code
 * Accept} such as {@code application/vnd.shop.v2+json} and {@code application/json; version=2}. A
 * {@code v} in front says nothing.
 */
final class AskedVersions {
  private static final Optional<String> NONE_NAMED = Optional.empty();
  private static final Pattern NAME = Pattern.compile("v?([0-9][a-z0-9.-]{0,31})");
  private static final Pattern VENDOR =
      Pattern.compile("[^/]+/vnd\\.[^+]*?\\.v([0-9][a-z0-9.-]{0,31})(\\+.*)?");

  private AskedVersions() {}

  /** One media range; its version is empty where it names none. */
  private record Range(Optional<String> version, double quality) {}

  /**
   * The versions, the most wanted first; empty stands for a request that names none.
   *
   * @throws GatewayException INVALID_REQUEST for a request that names none properly, or two
   */
  static List<Optional<String>> of(Headers headers) {
    List<Optional<String>> taken = ofRanges(headers.all("Accept"));
    List<String> named = headers.all("Accept-Version");
    if (named.isEmpty()) {
      return taken;
    }
    Optional<String> version = version(named);
    if (!taken.contains(version) && !taken.contains(NONE_NAMED)) {
      throw invalid("Accept-Version and Accept ask for different versions.");
    }
    return List.of(version);
  }

  private static Optional<String> version(List<String> named) {
    if (named.size() > 1) {
      throw invalid("Accept-Version: " + named.size() + " fields (expected: one).");
    }
    Optional<String> version = name(named.getFirst());
    if (version.isEmpty()) {
      throw invalid("Accept-Version: no version (expected: one, such as 2).");
    }
    return version;
  }

  private static Optional<String> name(String text) {
    Matcher matcher = NAME.matcher(text.strip().toLowerCase(Locale.ROOT));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Without a version in any range the field is about something else. */
  private static List<Optional<String>> ofRanges(List<String> accept) {
    List<Range> ranges = new ArrayList<>();
    for (String value : accept) {
      parts(value, ',').forEach(part -> ranges.add(range(part)));
    }
    if (ranges.stream().noneMatch(range -> range.version().isPresent())) {
      return List.of(NONE_NAMED);
    }
    return ranges.stream()
        .filter(range -> range.quality() > 0)
        .sorted(Comparator.comparingDouble(Range::quality).reversed())
        .map(Range::version)
        .distinct()
        .toList();
  }

  private static Range range(String text) {
    List<String> parts = parts(text.toLowerCase(Locale.ROOT), ';');
    Matcher vendor = VENDOR.matcher(parts.getFirst());
    Optional<String> version = vendor.matches() ? Optional.of(vendor.group(1)) : Optional.empty();
    double quality = 1;
    for (String part : parts.subList(1, parts.size())) {
      if (part.startsWith("version=")) {
        version = name(part.substring(8).replace("\"", ""));
      } else if (part.startsWith("q=")) {
        quality = quality(part.substring(2));
      }
    }
    return new Range(version, quality);
  }

  /** RFC 9110 section 12.4.2. */
  private static double quality(String text) {
    return text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(text) : 1;
  }

  /** Split outside quotes, stripped. */
  private static List<String> parts(String text, char separator) {
    List<String> parts = new ArrayList<>(2);
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (c == separator && !quoted) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  private static GatewayException invalid(String detail) {
    return new GatewayException(ErrorCode.INVALID_REQUEST, detail);
  }
}

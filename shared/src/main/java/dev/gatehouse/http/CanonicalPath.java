package dev.gatehouse.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The one spelling of a path, decided once and used for routing and for forwarding alike, so that
 * what was authorized is what is called.
 *
 * <p>Every segment is decoded once. Kept as they are: RFC 3986's unreserved characters and {@code
 * !$&'()*+,=:@}; everything else is percent-encoded with upper-case digits. One trailing slash is
 * dropped, as API Gateway routes {@code /thing/} like {@code /thing}.
 *
 * <p>Refused, because servers disagree about their meaning: a path that does not begin with a
 * slash, empty segments, dot segments, slashes and backslashes inside a segment, {@code ;}
 * parameters, control characters, each of these also behind a second encoding, broken
 * percent-encoding, and octets that are not UTF-8.
 *
 * @param text the canonical spelling, {@code /a/b%20c}
 * @param segments the decoded segments; none for {@code /}
 */
public record CanonicalPath(String text, List<String> segments) {
  private static final String KEPT_MARKS = "-._~!$&'()*+,=:@";

  private static final String EMPTY_SEGMENT =
      "empty segment (expected: one slash between segments)";

  public CanonicalPath {
    segments = List.copyOf(segments);
  }

  /** A path, or why it is none. */
  public sealed interface Parsed {
    record Valid(CanonicalPath path) implements Parsed {}

    /**
     * @param reason what was found and what was expected
     */
    record Invalid(String reason) implements Parsed {}
  }

  /** Reads a path as it stands in a request line, without its query. */
  public static Parsed parse(String raw) {
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      return new Parsed.Invalid("path does not begin with a slash (expected: /segment/…)");
    }
    if (raw.startsWith("//")) {
      return new Parsed.Invalid(EMPTY_SEGMENT);
    }
    int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
    List<String> segments = new ArrayList<>();
    StringBuilder text = new StringBuilder(raw.length());
    int start = 1;
    while (start <= end && end > 1) {
      int slash = raw.indexOf('/', start);
      int stop = slash < 0 || slash > end ? end : slash;
      switch (decode(raw.substring(start, stop))) {
        case Segment.Refused(String reason) -> {
          return new Parsed.Invalid(reason);
        }
        case Segment.Decoded(String segment) -> {
          segments.add(segment);
          encode(segment, text.append('/'));
        }
      }
      start = stop + 1;
    }
    return new Parsed.Valid(new CanonicalPath(text.isEmpty() ? "/" : text.toString(), segments));
  }

  @Override
  public String toString() {
    return text;
  }

  private sealed interface Segment {
    record Decoded(String text) implements Segment {}

    record Refused(String reason) implements Segment {}
  }

  private static Segment decode(String raw) {
    byte[] octets = new byte[raw.length() * 3];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int octet = Percent.octet(raw, i + 1);
        if (octet < 0) {
          return new Segment.Refused("broken percent-encoding (expected: % and two hex digits)");
        }
        octets[length++] = (byte) octet;
        i += 2;
      } else if (c < 0x80) {
        octets[length++] = (byte) c;
      } else {
        return new Segment.Refused("raw character above ASCII (expected: percent-encoded UTF-8)");
      }
    }
    return utf8(octets, length);
  }

  private static Segment utf8(byte[] octets, int length) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, 0, length)).toString();
      return check(text);
    } catch (CharacterCodingException e) {
      return new Segment.Refused("octets that are not UTF-8 (expected: percent-encoded UTF-8)");
    }
  }

  private static Segment check(String segment) {
    if (segment.isEmpty()) {
      return new Segment.Refused(EMPTY_SEGMENT);
    }
    String twice = decodedAgain(segment);
    if (isDots(segment) || isDots(twice)) {
      return new Segment.Refused("dot segment (expected: a path without . and ..)");
    }
    for (int i = 0; i < twice.length(); i++) {
      char c = twice.charAt(i);
      if (c == '/' || c == '\\') {
        return new Segment.Refused("encoded slash or backslash (expected: none inside a segment)");
      }
      if (c == ';') {
        return new Segment.Refused("path parameter (expected: no ; in a path)");
      }
      if (Character.isISOControl(c)) {
        return new Segment.Refused("control character (expected: printable characters)");
      }
    }
    return new Segment.Decoded(segment);
  }

  private static boolean isDots(String segment) {
    return segment.equals(".") || segment.equals("..");
  }

  /** What a server that decodes once too often would see; octets read as Latin-1. */
  private static String decodedAgain(String segment) {
    String text = segment;
    while (text.indexOf('%') >= 0) {
      StringBuilder decoded = new StringBuilder(text.length());
      for (int i = 0; i < text.length(); i++) {
        int octet = text.charAt(i) == '%' ? Percent.octet(text, i + 1) : -1;
        decoded.append(octet < 0 ? text.charAt(i) : (char) octet);
        i += octet < 0 ? 0 : 2;
      }
      if (decoded.length() == text.length()) {
        return text;
      }
      text = decoded.toString();
    }
    return text;
  }

  private static void encode(String segment, StringBuilder text) {
    for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (Percent.isAlphanumeric(c) || KEPT_MARKS.indexOf(c) >= 0) {
        text.append(c);
      } else {
        Percent.encode(b, text);
      }
    }
  }
}

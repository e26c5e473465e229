package dev.gatehouse.http;

import dev.gatehouse.json.StrictJson;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request's JSON object, read member by member; {@link #check} then reports all that is wrong
 * with it at once, each with its JSON pointer (RFC 6901).
 */
public final class JsonBody {
  private static final int MAX_OCTETS = 64 * 1024;
  private static final int MAX_TEXT = 256;
  private static final int MAX_NAMES = 50;

  /** The last second of RFC 3339's years. */
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

  private final Map<String, Object> unread;
  private final List<Map<String, String>> violations = new ArrayList<>();

  private JsonBody(Map<String, Object> members) {
    this.unread = new LinkedHashMap<>(members);
  }

  /**
   * The body of a request; one without a body has no members.
   *
   * @throws GatewayException PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, or INVALID_REQUEST for what
   *     is no JSON object
   */
  public static JsonBody of(GatewayRequest request) {
    if (request.body().length > MAX_OCTETS) {
      throw new GatewayException(
          ErrorCode.PAYLOAD_TOO_LARGE, "The body is longer than " + MAX_OCTETS + " octets.");
    }
    if (request.body().length == 0) {
      return new JsonBody(Map.of());
    }
    requireJson(request);
    return switch (StrictJson.read(request.body())) {
      case StrictJson.Document(Map<String, Object> members) -> new JsonBody(members);
      case StrictJson.Malformed(String reason) ->
          throw new GatewayException(ErrorCode.INVALID_REQUEST, "The body is " + reason + ".");
    };
  }

  /**
   * Refuses a body that says that it is something else; a form of another site's page does.
   *
   * @throws GatewayException UNSUPPORTED_MEDIA_TYPE
   */
  public static void requireJson(GatewayRequest request) {
    request
        .headers()
        .first("Content-Type")
        .filter(type -> !isJson(type))
        .ifPresent(
            _ -> {
              throw new GatewayException(
                  ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.");
            });
  }

  /** A text that must be there; empty when it is not. */
  public String required(String name) {
    if (!unread.containsKey(name)) {
      violate("/" + name, "missing (expected: " + expectedText() + ")");
      return "";
    }
    return text(name).orElse("");
  }

  public Optional<String> text(String name) {
    Object value = unread.remove(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text && Text.plain(text, MAX_TEXT)) {
      return Optional.of(text);
    }
    violate("/" + name, "another form (expected: " + expectedText() + ")");
    return Optional.empty();
  }

  /**
   * Names that are later written in one text.
   *
   * @param separator what stands between them there
   */
  public List<String> names(String name, String separator) {
    Object value = unread.remove(name);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> items) || items.size() > MAX_NAMES) {
      violate("/" + name, "another form (expected: an array of at most " + MAX_NAMES + " names)");
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof String text
          && Text.plain(text, MAX_TEXT)
          && !text.contains(separator)) {
        names.add(text);
      } else {
        violate(
            "/" + name + "/" + i,
            "another form (expected: " + expectedText() + ", without \"" + separator + "\")");
      }
    }
    return names;
  }

  /** An instant in whole seconds, rounded up. */
  public Optional<Instant> time(String name) {
    Object value = unread.remove(name);
    if (value == null) {
      return Optional.empty();
    }
    Optional<Instant> time = value instanceof String text ? instant(text) : Optional.empty();
    if (time.isEmpty()) {
      violate("/" + name, "another form (expected: a time such as 2027-01-31T12:00:00Z)");
    }
    return time;
  }

  public long whole(String name, long most, long otherwise) {
    Object value = unread.remove(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Long number && number >= 0 && number <= most) {
      return number;
    }
    violate("/" + name, "another form (expected: a whole number from 0 to " + most + ")");
    return otherwise;
  }

  public boolean has(String name) {
    return unread.containsKey(name);
  }

  public void violate(String pointer, String detail) {
    violations.add(Map.of("pointer", pointer, "detail", detail));
  }

  /**
   * Ends the reading.
   *
   * @throws GatewayException VALIDATION_FAILED with all {@code violations}, members that nobody
   *     asked for among them
   */
  public void check() {
    for (String name : unread.keySet()) {
      String pointer = "/" + name.replace("~", "~0").replace("/", "~1");
      violate(pointer, "unknown (expected: only the members of this request)");
    }
    if (!violations.isEmpty()) {
      throw new GatewayException(
          ErrorCode.VALIDATION_FAILED,
          "The body is not as it must be.",
          Map.of("violations", List.copyOf(violations)));
    }
  }

  /** Up to whole seconds, as they are stored. */
  public static Instant wholeSeconds(Instant time) {
    return time.getNano() == 0 ? time : Instant.ofEpochSecond(time.getEpochSecond() + 1);
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(wholeSeconds(Instant.parse(text)))
          .filter(time -> time.isAfter(Instant.EPOCH) && time.isBefore(LAST));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean isJson(String type) {
    int parameters = type.indexOf(';');
    String bare = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    return bare.equalsIgnoreCase("application/json");
  }

  private static String expectedText() {
    return "1 to " + MAX_TEXT + " printable characters";
  }
}

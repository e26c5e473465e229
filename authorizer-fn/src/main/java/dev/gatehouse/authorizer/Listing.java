package dev.gatehouse.authorizer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Query;
import dev.gatehouse.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which part of a list is asked for: {@code ?limit=50&after=NEXT}.
 *
 * @param most items at most
 * @param after where the part before ended
 */
record Listing(int most, Optional<String> after) {
  private static final int DEFAULT = 50;
  private static final int MOST = 100;
  private static final Pattern PLACE = Pattern.compile("[A-Za-z0-9:_-]{1,80}");

  /** Writes one item. */
  @FunctionalInterface
  interface Item<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }

  /**
   * Reads the query.
   *
   * @throws GatewayException VALIDATION_FAILED
   */
  static Listing of(Query query) {
    Optional<String> limit = query.first("limit");
    int most = limit.map(Listing::number).orElse(DEFAULT);
    if (most < 1 || most > MOST) {
      throw violation("limit", "another form (expected: a whole number from 1 to " + MOST + ")");
    }
    Optional<String> after = query.first("after");
    if (after.isPresent() && !PLACE.matcher(after.get()).matches()) {
      throw violation("after", "another form (expected: the next of the part before)");
    }
    return new Listing(most, after);
  }

  /** {@code {"NAME":[…],"next":"…"}}, without {@code next} at the end of the list. */
  static <T> GatewayResponse response(String name, Page<T> page, Item<T> item) {
    return GatewayResponse.json(
        200,
        Json.text(
            json -> {
              json.writeStartObject();
              json.writeArrayFieldStart(name);
              for (T one : page.items()) {
                item.write(json, one);
              }
              json.writeEndArray();
              if (page.next().isPresent()) {
                json.writeStringField("next", page.next().get());
              }
              json.writeEndObject();
            }));
  }

  private static int number(String text) {
    return text.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(text) : 0;
  }

  private static GatewayException violation(String parameter, String detail) {
    return new GatewayException(
        ErrorCode.VALIDATION_FAILED,
        "The query is not as it must be.",
        Map.of("violations", List.of(Map.of("parameter", parameter, "detail", detail))));
  }
}

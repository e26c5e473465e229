package dev.gatehouse.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON that has one reading: valid UTF-8, one object and nothing after it, no member twice, at most
 * {@value #MAX_DEPTH} levels, no lone surrogates (RFC 7493 sections 2.1 and 2.3).
 *
 * <p>Values are String, Long (integers that fit), BigDecimal (other numbers), Boolean, {@link
 * Null}, Map and List.
 */
public sealed interface StrictJson {
  int MAX_DEPTH = 32;

  /** Longest accepted number: no claim needs more digits than a 64-bit integer with a fraction. */
  int MAX_NUMBER_LENGTH = 40;

  /** The literal {@code null}, which is not the same as an absent member. */
  enum Null {
    NULL
  }

  record Document(Map<String, Object> members) implements StrictJson {}

  /**
   * @param reason what is wrong, in words that hold nothing of the text
   */
  record Malformed(String reason) implements StrictJson, Any {}

  /** A value of any kind, or why there is none. */
  sealed interface Any {
    record Value(Object value) implements Any {}
  }

  /** Reads one value of any kind. */
  static Any readAny(byte[] utf8) {
    try (JsonParser json =
        Reader.FACTORY.createParser(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString())) {
      if (json.nextToken() == null) {
        return new Malformed("empty");
      }
      Object value = Reader.value(json);
      return json.nextToken() == null
          ? new Any.Value(value)
          : new Malformed("more than one JSON value");
    } catch (CharacterCodingException e) {
      return new Malformed("not UTF-8");
    } catch (Reader.AmbiguousException e) {
      return new Malformed(e.reason);
    } catch (IOException e) {
      return new Malformed("not strict JSON");
    }
  }

  /** Reads one object. */
  static StrictJson read(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return read(text);
    } catch (CharacterCodingException e) {
      return new Malformed("not UTF-8");
    }
  }

  /** Reads one object. */
  static StrictJson read(String text) {
    try (JsonParser json = Reader.FACTORY.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return new Malformed("not a JSON object");
      }
      Map<String, Object> members = Reader.object(json);
      return json.nextToken() == null
          ? new Document(members)
          : new Malformed("text after the JSON object");
    } catch (Reader.AmbiguousException e) {
      return new Malformed(e.reason);
    } catch (IOException e) {
      return new Malformed("not strict JSON");
    }
  }

  /** Descends; every level is a call, bounded by the parser's own depth. */
  final class Reader {
    private static final JsonFactory FACTORY =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            // Names come from strangers: none of them is kept.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private Reader() {}

    private static Map<String, Object> object(JsonParser json) throws IOException {
      Map<String, Object> members = new LinkedHashMap<>();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = wellFormed(json.currentName());
        json.nextToken();
        if (members.put(name, value(json)) != null) {
          throw new AmbiguousException("a member twice");
        }
      }
      return members;
    }

    private static List<Object> array(JsonParser json) throws IOException {
      List<Object> elements = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(json));
      }
      return elements;
    }

    private static Object value(JsonParser json) throws IOException {
      return switch (json.currentToken()) {
        case START_OBJECT -> object(json);
        case START_ARRAY -> array(json);
        case VALUE_STRING -> wellFormed(json.getText());
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> Null.NULL;
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json);
        case null, default -> throw new AmbiguousException("not strict JSON");
      };
    }

    private static Object number(JsonParser json) throws IOException {
      return switch (json.getNumberType()) {
        case INT, LONG -> json.getLongValue();
        case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> new BigDecimal(json.getText());
      };
    }

    private static String wellFormed(String text) throws AmbiguousException {
      for (int i = 0; i < text.length(); i++) {
        if (Character.isSurrogate(text.charAt(i))) {
          if (!Character.isSurrogatePair(
              text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : ' ')) {
            throw new AmbiguousException("a lone surrogate");
          }
          i++;
        }
      }
      return text;
    }

    /** Well-formed JSON that readers disagree about. */
    private static final class AmbiguousException extends IOException {
      private static final long serialVersionUID = 1L;
      private final String reason;

      private AmbiguousException(String reason) {
        super(reason);
        this.reason = reason;
      }
    }
  }
}

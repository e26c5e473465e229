package dev.gatehouse.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON written by hand-placed calls: no reflection, members in the order of the calls. */
public final class Json {
  /** The one factory; its buffers are recycled per thread. */
  public static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** Writes one document. */
  @FunctionalInterface
  public interface Document {
    void write(JsonGenerator json) throws IOException;
  }

  public static String text(Document document) {
    StringWriter text = new StringWriter(256);
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      document.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Writes a string, number, boolean, {@link StrictJson.Null}, or an iterable or map of these. */
  public static void value(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case String text -> json.writeString(text);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      case StrictJson.Null _ -> json.writeNull();
      case Iterable<?> values -> {
        json.writeStartArray();
        for (Object element : values) {
          value(json, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> members -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
          json.writeFieldName(String.valueOf(member.getKey()));
          value(json, member.getValue());
        }
        json.writeEndObject();
      }
      default ->
          throw new IllegalArgumentException(
              value.getClass().getName() + " (expected: a JSON value)");
    }
  }
}

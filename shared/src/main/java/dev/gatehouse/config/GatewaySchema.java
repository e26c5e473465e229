package dev.gatehouse.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The JSON Schema of gateway.yaml for editors (draft 2020-12), written from the description that
 * the reader checks files against.
 *
 * <p>It says what stands at a place; what places must be to each other (names that exist, routes
 * that can be reached, bounds of durations) only the reader says.
 */
public final class GatewaySchema {
  private static final String ID = "urn:gatehouse:schema:gateway";
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  private final JsonGenerator json;

  private GatewaySchema(JsonGenerator json) {
    this.json = json;
  }

  /** The schema, indented, with a newline at its end. */
  public static String text() {
    StringWriter text = new StringWriter();
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter pretty = new DefaultPrettyPrinter();
    pretty.indentObjectsWith(indent);
    pretty.indentArraysWith(indent);
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(pretty);
      json.writeStartObject();
      json.writeStringField("$schema", DIALECT);
      json.writeStringField("$id", ID);
      new GatewaySchema(json).members(GatewayForm.GATEWAY);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  private void members(Form form) throws IOException {
    switch (form) {
      case Form.Text(Notation notation) -> pattern(notation.pattern());
      case Form.Span _ -> pattern(Form.Span.PATTERN);
      case Form.Words(List<String> words) -> words(words);
      case Form.Numbers(List<Integer> numbers) -> numbers(numbers);
      case Form.Whole whole -> whole(whole);
      case Form.Flag _ -> json.writeStringField("type", "boolean");
      case Form.Items items -> items(items);
      case Form.Keys keys -> keys(keys);
      case Form.Named named -> named(named);
      case Form.Either(List<Form> forms) -> either(forms);
    }
  }

  private void pattern(String pattern) throws IOException {
    json.writeStringField("type", "string");
    json.writeStringField("pattern", pattern);
  }

  private void words(List<String> words) throws IOException {
    json.writeArrayFieldStart("enum");
    for (String word : words) {
      json.writeString(word);
    }
    json.writeEndArray();
  }

  private void numbers(List<Integer> numbers) throws IOException {
    json.writeArrayFieldStart("enum");
    for (int number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private void whole(Form.Whole whole) throws IOException {
    json.writeStringField("type", "integer");
    json.writeNumberField("minimum", whole.min());
    if (whole.max() != Integer.MAX_VALUE) {
      json.writeNumberField("maximum", whole.max());
    }
  }

  private void items(Form.Items items) throws IOException {
    json.writeStringField("type", "array");
    json.writeNumberField("minItems", items.least());
    json.writeObjectFieldStart("items");
    described(items.item());
    json.writeEndObject();
  }

  private void named(Form.Named named) throws IOException {
    json.writeStringField("type", "object");
    json.writeObjectFieldStart("propertyNames");
    json.writeStringField("pattern", named.name().pattern());
    json.writeEndObject();
    json.writeObjectFieldStart("additionalProperties");
    described(named.value());
    json.writeEndObject();
  }

  private void keys(Form.Keys keys) throws IOException {
    json.writeStringField("type", "object");
    json.writeObjectFieldStart("properties");
    for (Form.Key key : keys.keys()) {
      json.writeObjectFieldStart(key.name());
      json.writeStringField("description", key.description());
      members(key.form());
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeBooleanField("additionalProperties", false);
    json.writeArrayFieldStart("required");
    for (Form.Key key : keys.keys()) {
      if (key.required()) {
        json.writeString(key.name());
      }
    }
    json.writeEndArray();
    for (List<String> group : keys.oneOf()) {
      oneOf(group);
    }
  }

  /** Exactly one of these keys; there is at most one such group in a mapping. */
  private void oneOf(List<String> group) throws IOException {
    json.writeArrayFieldStart("oneOf");
    for (String key : group) {
      json.writeStartObject();
      json.writeArrayFieldStart("required");
      json.writeString(key);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void either(List<Form> forms) throws IOException {
    json.writeArrayFieldStart("anyOf");
    for (Form form : forms) {
      json.writeStartObject();
      described(form);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void described(Form form) throws IOException {
    if (form instanceof Form.Keys keys) {
      json.writeStringField("description", keys.title());
    }
    members(form);
  }
}

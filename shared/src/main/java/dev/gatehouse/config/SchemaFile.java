package dev.gatehouse.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A JSON Schema that requests are checked against: strict JSON, its keywords of the right form, its
 * patterns ones that Java can read, its references within it. Nothing is ever fetched.
 */
final class SchemaFile {
  private static final Set<String> DIALECTS =
      Set.of(
          "https://json-schema.org/draft/2020-12/schema",
          "https://json-schema.org/draft/2019-09/schema",
          "http://json-schema.org/draft-07/schema",
          "http://json-schema.org/draft-06/schema",
          "http://json-schema.org/draft-04/schema");

  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "null", "number", "object", "string");

  private static final Set<String> SCHEMAS =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "contains",
          "contentSchema",
          "else",
          "if",
          "items",
          "not",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");

  private static final Set<String> NAMED_SCHEMAS =
      Set.of("$defs", "definitions", "dependentSchemas", "patternProperties", "properties");

  private static final Set<String> LISTS_OF_SCHEMAS =
      Set.of("allOf", "anyOf", "oneOf", "prefixItems");

  private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

  private static final Set<String> COUNTS =
      Set.of(
          "maxContains",
          "maxItems",
          "maxLength",
          "maxProperties",
          "minContains",
          "minItems",
          "minLength",
          "minProperties");

  private static final Set<String> NUMBERS = Set.of("maximum", "minimum", "multipleOf");

  private final Cursor place;
  private final Faults faults;

  /**
   * @param place where gateway.yaml names it
   */
  SchemaFile(Cursor place, Faults faults) {
    this.place = place;
    this.faults = faults;
  }

  void check(String text) {
    Optional<String> broken = brokenJson(text);
    if (broken.isPresent()) {
      add(broken.get(), "JSON (RFC 8259), each member once");
      return;
    }
    switch (Document.parse(text)) {
      case Document.Broken(Fault fault) ->
          add("line " + fault.line() + ": " + fault.found(), fault.expected());
      case Document.Tree(Cursor root) -> {
        schema(root, root);
        root.at("$schema")
            .filter(named -> !DIALECTS.contains(named.text().orElse("").replaceAll("#$", "")))
            .ifPresent(named -> at(named, "a dialect from draft 4 to 2020-12"));
      }
    }
  }

  private static Optional<String> brokenJson(String text) {
    JsonFactory factory =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser json = factory.createParser(text)) {
      json.nextToken();
      json.skipChildren();
      return json.nextToken() == null ? Optional.empty() : Optional.of("more than one value");
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      return Optional.of(
          "line " + line + ": " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      return Optional.of("no JSON");
    }
  }

  private void schema(Cursor schema, Cursor root) {
    if (schema.node().getTag().equals(Tag.BOOL)) {
      return;
    }
    if (!schema.isMapping()) {
      at(schema, "a schema: an object, true or false");
      return;
    }
    schema.entries().forEach((keyword, value) -> keyword(keyword, value, root));
  }

  private void keyword(String keyword, Cursor value, Cursor root) {
    if (SCHEMAS.contains(keyword) && !value.isSequence()) {
      schema(value, root);
    } else if (keyword.equals("items") || LISTS_OF_SCHEMAS.contains(keyword)) {
      schemas(value, root);
    } else if (NAMED_SCHEMAS.contains(keyword)) {
      named(keyword, value, root);
    } else if (REFERENCES.contains(keyword)) {
      reference(value, root);
    } else if (keyword.equals("pattern")) {
      pattern(value, value.text().orElse(""));
    } else {
      assertion(keyword, value);
    }
  }

  private void schemas(Cursor value, Cursor root) {
    if (value.items().isEmpty()) {
      at(value, "a list of schemas, at least one");
    }
    value.items().forEach(item -> schema(item, root));
  }

  private void named(String keyword, Cursor value, Cursor root) {
    if (!value.isMapping()) {
      at(value, "an object of schemas");
    }
    value
        .entries()
        .forEach(
            (name, schema) -> {
              if (keyword.equals("patternProperties")) {
                pattern(schema, name);
              }
              schema(schema, root);
            });
  }

  private void reference(Cursor value, Cursor root) {
    String reference = value.text().orElse("");
    boolean anchor = reference.startsWith("#") && !reference.startsWith("#/");
    if (!anchor && !(reference.startsWith("#/") && isThere(root, reference.substring(2)))) {
      at(value, "a reference to a place in this file, such as #/$defs/id");
    }
  }

  /** Whether a pointer (RFC 6901) leads somewhere. */
  private static boolean isThere(Cursor root, String pointer) {
    Optional<Cursor> here = Optional.of(root);
    for (String step : pointer.split("/", -1)) {
      String name = step.replace("~1", "/").replace("~0", "~");
      here =
          here.flatMap(
              place ->
                  place.isSequence()
                      ? place.items().stream()
                          .filter(item -> item.path().endsWith('[' + name + ']'))
                          .findFirst()
                      : place.at(name));
    }
    return here.isPresent();
  }

  private void pattern(Cursor value, String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      at(
          value,
          "a regular expression that Java and ECMA-262 both know (" + e.getDescription() + ")");
    }
  }

  private void assertion(String keyword, Cursor value) {
    String text = value.text().orElse("");
    if (keyword.equals("type")) {
      List<Cursor> types = value.isSequence() ? value.items() : List.of(value);
      types.stream()
          .filter(type -> !TYPES.contains(type.text().orElse("")))
          .forEach(type -> at(type, "one of " + String.join(", ", TYPES)));
    } else if (COUNTS.contains(keyword) && !text.matches("[0-9]{1,9}")) {
      at(value, "a whole number of at least 0");
    } else if (NUMBERS.contains(keyword)
        && !value.node().getTag().equals(Tag.INT)
        && !value.node().getTag().equals(Tag.FLOAT)) {
      at(value, "a number");
    } else if ((keyword.equals("required") || keyword.equals("enum")) && !value.isSequence()) {
      at(value, "a list");
    }
  }

  private void at(Cursor inFile, String expected) {
    String path = inFile.path().isEmpty() ? "" : inFile.path() + ": ";
    add("line " + inFile.line() + ": " + path + inFile.found(), expected);
  }

  private void add(String found, String expected) {
    String file = place.text().orElseThrow();
    faults.add(place.line(), place.path(), file + " " + found, expected);
  }
}

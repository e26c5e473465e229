package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that a gateway.yaml names. */
final class AttachmentsTest {
  private static final String API =
      """
      openapi: 3.1.0
      servers: [{url: "https://s.example/v1"}]
      paths:
        /orders:
          get: {responses: {}}
          post: {responses: {}}
        /orders/{id}:
          get: {responses: {}}
          delete: {responses: {}}
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void aSchemaThatIsRightHasNoFault() throws IOException {
    String schema =
        """
        {"$schema": "http://json-schema.org/draft-07/schema#", "type": ["object", "null"],
         "properties": {"a": {"$ref": "#/definitions/x"}, "$ref": {"type": "string"}},
         "patternProperties": {"^x-": true}, "enum": [{"$ref": "http://a"}],
         "definitions": {"x": {"items": [{"minLength": 0}], "multipleOf": 0.5}}}
        """;
    assertThat(schemaFaults(schema)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"type": "strng"} | line 1: type: "strng" | one of array, boolean
          {"type": "object", "type": "object"} | line 1: Duplicate field 'type' | JSON
          {"type": } | line 1: Unexpected character | JSON
          {} {} | more than one value | JSON
          [] | line 1: a list | a schema
          {"properties": {"a": 1}} | line 1: properties.a: "1" | a schema
          {"properties": {"a": {"$ref": "https://x.example/s"}}} | properties.a.$ref: "https://x.example/s" | a place in this file
          {"$ref": "other.json"} | $ref: "other.json" | a place in this file
          {"$ref": "#/$defs/a"} | $ref: "#/$defs/a" | a place in this file
          {"pattern": "("} | pattern: "(" | a regular expression
          {"patternProperties": {"[": true}} | patternProperties.[ | a regular expression
          {"minLength": -1} | minLength: "-1" | at least 0
          {"minimum": "1"} | minimum: "1" | a number
          {"allOf": []} | allOf: a list | at least one
          {"required": "a"} | required: "a" | a list
          {"$schema": "https://x.example/s"} | $schema: "https://x.example/s" | a dialect
          """)
  void aFaultOfASchema(String schema, String found, String expected) throws IOException {
    List<Fault> faults = schemaFaults(schema);
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().line()).isEqualTo(3);
    assertThat(faults.getFirst().path()).isEqualTo("routes[0].accepts.schema");
    assertThat(faults.getFirst().found()).startsWith("o.json ").contains(found);
    assertThat(faults.getFirst().expected()).contains(expected);
  }

  @Test
  void aFileThatIsNotThereOrTooLongIsAFault() throws IOException {
    String route = "fallback: {type: a/b, file: f.txt}";
    assertThat(Example.faults(read("GET /a", route, "")))
        .extracting(Fault::expected)
        .containsExactly("a file that is there: " + folder.resolve("f.txt"));
    Files.writeString(folder.resolve("f.txt"), "x".repeat(256 * 1024 + 1));
    assertThat(Example.faults(read("GET /a", route, ""))).hasSize(1);
    Files.writeString(folder.resolve("f.txt"), "x");
    assertThat(Example.faults(read("GET /a", route, ""))).isEmpty();
  }

  @Test
  void routesAreComparedWithTheDocumentOfTheirService() throws IOException {
    Files.writeString(folder.resolve("api.yaml"), API);
    Reading known = read("ANY /orders/**", "limits: []", "openapi: api.yaml, ");
    assertThat(notes(known))
        .containsExactly(
            "services.s.openapi: api.yaml line 5: GET /orders",
            "services.s.openapi: api.yaml line 6: POST /orders");
    Reading unknown = read("PUT /orders/*", "limits: []", "openapi: api.yaml, ");
    assertThat(Example.faults(unknown))
        .extracting(Fault::toString)
        .containsExactly(
            "3: routes[0].match: \"PUT /orders/*\" (expected: a method and path that api.yaml"
                + " knows)");
    assertThat(Example.faults(read("GET /v1/orders", "limits: []", "openapi: api.yaml, ")))
        .hasSize(1);
    assertThat(notes(read("GET /orders/7", "limits: []", "openapi: api.yaml, ")))
        .contains("services.s.openapi: api.yaml line 8: GET /orders/{id}");
    String rewritten = "rewrite: {strip: /api/shop, prefix: /orders}";
    assertThat(notes(read("ANY /api/shop/**", rewritten, "openapi: api.yaml, "))).hasSize(2);
    assertThat(Example.faults(read("ANY /api/shop/*/*", rewritten, "openapi: api.yaml, ")))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          paths: {} | has no version
          openapi: 4 | has no version
          openapi: 3.0.3 | has no paths
          {openapi: 3.0.3, paths: {orders: {get: {}}}} | "orders"
          {openapi: 3.0.3, paths: {"/a/{b": {get: {}}}} | "/a/{b"
          {openapi: 3.0.3, paths: {"/a/{b}": {get: {}}, "/a/{c}": {get: {}}}} | "/a/{c}"
          {openapi: 3.0.3, paths: {/a: {get: x}}} | "x"
          {openapi: 3.0.3, paths: {/a: {$ref: x}}} | $ref
          {openapi: | broken YAML
          """)
  void aFaultOfADocument(String document, String found) throws IOException {
    Files.writeString(folder.resolve("api.yaml"), document);
    List<Fault> faults = Example.faults(read("GET /a", "limits: []", "openapi: api.yaml, "));
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().path()).isEqualTo("services.s.openapi");
    assertThat(faults.getFirst().found()).startsWith("api.yaml ").contains(found);
  }

  private List<Fault> schemaFaults(String schema) throws IOException {
    Files.writeString(folder.resolve("o.json"), schema);
    return Example.faults(read("POST /a", "accepts: {schema: o.json}", ""));
  }

  private static List<String> notes(Reading reading) {
    assertThat(reading).isInstanceOf(Reading.Valid.class);
    return ((Reading.Valid) reading)
        .pending().stream().map(note -> note.path() + ": " + note.found()).toList();
  }

  private Reading read(String match, String route, String service) throws IOException {
    String yaml =
        "name: g\nservices: {s: {"
            + service
            + "url: http://s.internal/v1}}\nroutes: [{match: "
            + match
            + ", to: s, allow: public, "
            + route
            + "}]\n";
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, yaml);
    return new GatewayReader().read(file);
  }
}

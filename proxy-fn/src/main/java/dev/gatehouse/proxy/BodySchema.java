package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.json.StrictJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A compiled JSON Schema, draft 2020-12 unless it says otherwise; formats are asserted. Nothing is
 * ever fetched: a schema is one file.
 *
 * <p>What a request can ask of it is bounded: octets by the route, levels and digits by {@link
 * StrictJson}, exponents by {@link #LARGEST_EXPONENT}, steps of regular expressions by {@link
 * BoundedPatterns}, violations by {@link #MOST_VIOLATIONS}.
 */
final class BodySchema {
  private static final int MOST_VIOLATIONS = 20;

  /** Past it a double is infinite; a BigDecimal would write its zeros out. */
  private static final int LARGEST_EXPONENT = 400;

  private static final int LONGEST_DETAIL = 200;

  /** The default one first. */
  private static final List<Dialect> DIALECTS =
      Stream.of(
              Dialects.getDraft202012(),
              Dialects.getDraft201909(),
              Dialects.getDraft7(),
              Dialects.getDraft6(),
              Dialects.getDraft4())
          .map(dialect -> Dialect.builder(dialect).format(new EmailAddress()).build())
          .toList();

  private final BoundedPatterns patterns = new BoundedPatterns();
  private final Schema schema;

  /** What became of a body. */
  sealed interface Checked {
    record Valid() implements Checked {}

    /**
     * @param reason in words that hold nothing of the body
     */
    record Malformed(String reason) implements Checked {}

    /**
     * @param violations each with {@code pointer} (RFC 6901) and {@code detail}
     */
    record Invalid(List<Map<String, String>> violations) implements Checked {}
  }

  /** Compiles, and checks a first value, which a snapshot then holds. */
  BodySchema(String json) {
    SchemaRegistryConfig config =
        SchemaRegistryConfig.builder()
            .formatAssertionsEnabled(true)
            .locale(Locale.ENGLISH)
            .losslessNarrowing(true)
            .regularExpressionFactory(patterns)
            .build();
    schema =
        SchemaRegistry.withDialects(
                DIALECTS,
                registry ->
                    registry
                        .defaultDialectId(DIALECTS.getFirst().getId())
                        .schemaRegistryConfig(config)
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)))
            .getSchema(json, InputFormat.JSON);
    schema.initializeValidators();
    var _ = check("{}".getBytes(UTF_8));
  }

  static BodySchema fromClassPath(String name) {
    return new BodySchema(new String(Gateway.fileFromClassPath(name), UTF_8));
  }

  Checked check(byte[] body) {
    return switch (StrictJson.readAny(body)) {
      case StrictJson.Malformed(String reason) -> new Checked.Malformed(reason);
      case StrictJson.Any.Value(Object value) -> {
        try {
          yield checked(node(value));
        } catch (NumberTooLarge e) {
          yield new Checked.Malformed("not strict JSON: a number is too large");
        }
      }
    };
  }

  /** One at a time, as an environment serves requests: the steps are counted for each. */
  private synchronized Checked checked(JsonNode body) {
    patterns.begin();
    FirstErrors errors = new FirstErrors();
    try {
      ExecutionContext context = schema.createExecutionContext();
      context.setErrors(errors);
      schema.validate(context, body);
    } catch (FirstErrors.Enough e) {
      return invalid(errors);
    } catch (BoundedPatterns.StepsExhausted | StackOverflowError e) {
      return new Checked.Invalid(
          List.of(violation("", "too much to check (expected: shorter texts)")));
    }
    return errors.isEmpty() ? new Checked.Valid() : invalid(errors);
  }

  private static Checked invalid(List<Error> errors) {
    return new Checked.Invalid(errors.stream().map(BodySchema::violation).toList());
  }

  private static Map<String, String> violation(Error error) {
    String pointer = error.getInstanceLocation().toString();
    String property = error.getProperty();
    String keyword = error.getKeyword() == null ? "" : error.getKeyword();
    if (property == null) {
      return violation(pointer, plain(error.getMessage()));
    }
    String member = pointer + "/" + property.replace("~", "~0").replace("/", "~1");
    return switch (keyword) {
      case "required", "dependentRequired" -> violation(member, "missing (expected: a value)");
      case "additionalProperties", "unevaluatedProperties" ->
          violation(member, "unknown (expected: only the members of the schema)");
      default -> violation(pointer, plain(error.getMessage()));
    };
  }

  private static Map<String, String> violation(String pointer, String detail) {
    return Map.of("pointer", pointer, "detail", detail);
  }

  private static String plain(String message) {
    String text = message.replaceAll("\\p{Cntrl}", " ");
    return text.codePointCount(0, text.length()) <= LONGEST_DETAIL
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_DETAIL)) + "…";
  }

  private static JsonNode node(Object value) throws NumberTooLarge {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (value) {
      case String text -> nodes.textNode(text);
      case Long number -> nodes.numberNode(number.longValue());
      case Boolean truth -> nodes.booleanNode(truth);
      case BigDecimal number -> nodes.numberNode(bounded(number));
      case Map<?, ?> members -> object(members, nodes.objectNode());
      case List<?> items -> array(items, nodes.arrayNode());
      default -> nodes.nullNode();
    };
  }

  private static JsonNode object(Map<?, ?> members, ObjectNode object) throws NumberTooLarge {
    for (Map.Entry<?, ?> member : members.entrySet()) {
      object.set(member.getKey().toString(), node(member.getValue()));
    }
    return object;
  }

  private static JsonNode array(List<?> items, ArrayNode array) throws NumberTooLarge {
    for (Object item : items) {
      array.add(node(item));
    }
    return array;
  }

  private static BigDecimal bounded(BigDecimal number) throws NumberTooLarge {
    if (Math.abs((long) number.scale()) > LARGEST_EXPONENT) {
      throw new NumberTooLarge();
    }
    return number;
  }

  private static final class NumberTooLarge extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** Collects as many as are told, and then ends the check. */
  private static final class FirstErrors extends ArrayList<Error> {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean add(Error error) {
      super.add(error);
      if (size() >= MOST_VIOLATIONS) {
        throw new Enough();
      }
      return true;
    }

    private static final class Enough extends RuntimeException {
      private static final long serialVersionUID = 1L;

      private Enough() {
        super(null, null, false, false);
      }
    }
  }
}

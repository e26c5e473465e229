package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class GatewaySchemaTest {
  private static final Path FILE = Path.of("..", "docs", "gateway.schema.json");
  private static final String WRITE = "gatehouse.schema.write";

  private final Schema schema =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(GatewaySchema.text());

  @Test
  void theFileInDocsIsTheSchemaOfTheReader() throws IOException {
    if (Boolean.getBoolean(WRITE)) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, GatewaySchema.text());
    }
    assertThat(Files.exists(FILE) ? Files.readString(FILE) : "")
        .as(
            "docs/gateway.schema.json is not what the reader accepts; write it again:"
                + " ./mvnw -pl shared test -Dtest=GatewaySchemaTest -D"
                + WRITE
                + "=true")
        .isEqualTo(GatewaySchema.text());
  }

  @Test
  void itIsASchema() {
    Schema meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(GatewaySchema.text(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void theExampleOfTheArchitectureIsValid() {
    assertThat(faults(Example.complete())).isEmpty();
    assertThat(faults(Example.with())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          limits: {l: {by: ip, rate: 50}} | /limits/l/rate | type
          limits: {l: {by: ip, rate: 50/sec}} | /limits/l/rate | pattern
          limits: {l: {by: ip, rate: 50/s, brust: 5}} | /limits/l | additionalProperties
          limits: {l: {rate: 50/s}} | /limits/l | required
          limits: {l: {by: ip}} | /limits/l | required
          limits: {l: {by: ip, rate: 5/s, cost: 0}} | /limits/l/cost | minimum
          identity: {cache: 5} | /identity/cache | type
          bogus: 1 | '' | additionalProperties
          routes: [] | /routes | minItems
          routes: [{match: get /a, to: s, allow: public}] | /routes/0/match | pattern
          routes: [{match: GET /a, to: s, allow: everyone}] | /routes/0/allow | enum
          routes: [{match: GET /a, allow: public}] | /routes/0 | required
          services: {s: {url: http://s, urls: [http://s]}} | /services/s | oneOf
          services: {s: {url: ftp://s}} | /services/s/url | pattern
          errors: plain | /errors | enum
          """)
  void whatTheReaderRefusesTheSchemaRefuses(String section, String place, String keyword) {
    String source = Example.with(section);
    assertThat(Example.faults(source)).isNotEmpty();
    assertThat(faults(source))
        .anySatisfy(
            error -> {
              assertThat(error.getInstanceLocation().toString()).isEqualTo(place);
              assertThat(error.getKeyword()).isEqualTo(keyword);
            });
  }

  private List<Error> faults(String yaml) {
    Object value = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    try {
      return schema.validate(new ObjectMapper().writeValueAsString(value), InputFormat.JSON);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}

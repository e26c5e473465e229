package dev.gatehouse.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationJarTest {
  @Test
  void functionsFindTheFilesOnTheirClassPath(@TempDir Path folder) throws IOException {
    jar("name: x").write(folder);

    try (ZipFile jar = new ZipFile(folder.resolve("java/lib/gateway.jar").toFile())) {
      byte[] yaml = jar.getInputStream(jar.getEntry("gateway.yaml")).readAllBytes();
      assertThat(yaml).asString(StandardCharsets.UTF_8).isEqualTo("name: x");
      assertThat(jar.getEntry("p.protoset")).isNotNull();
    }
  }

  @Test
  void filesThatRoutesNameTravelWithTheFile(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("schemas"));
    Files.writeString(folder.resolve("schemas/a.json"), "{}");
    Files.writeString(folder.resolve("f.txt"), "later");
    String yaml =
        """
        name: x
        services: {s: {url: "http://s.internal"}}
        routes:
          - {match: POST /a, to: s, allow: public, accepts: {schema: schemas/a.json}}
          - {match: POST /b, to: s, allow: public, accepts: {schema: schemas/a.json}}
          - {match: GET /c, to: s, allow: public, fallback: {type: text/plain, file: f.txt}}
        """;
    Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
    assertThat(new GatewayReader().read(file)).isInstanceOf(Reading.Valid.class);
    Reading.Valid read = (Reading.Valid) new GatewayReader().read(file);
    assertThat(ConfigurationJar.of(read.gateway(), yaml, folder).files())
        .containsOnlyKeys("gateway.yaml", "gateway/f.txt", "gateway/schemas/a.json");
  }

  @Test
  void theSameFilesGiveTheSameBytes(@TempDir Path one, @TempDir Path two, @TempDir Path other)
      throws IOException {
    jar("name: x").write(one);
    jar("name: x").write(two);
    jar("name: y").write(other);

    assertThat(one.resolve(ConfigurationJar.PATH))
        .hasSameBinaryContentAs(two.resolve(ConfigurationJar.PATH));
    assertThat(Files.readAllBytes(other.resolve(ConfigurationJar.PATH)))
        .isNotEqualTo(Files.readAllBytes(one.resolve(ConfigurationJar.PATH)));
  }

  private static ConfigurationJar jar(String yaml) {
    return new ConfigurationJar(
        new TreeMap<>(
            Map.of(
                "gateway.yaml", yaml.getBytes(StandardCharsets.UTF_8), "p.protoset", new byte[1])));
  }
}

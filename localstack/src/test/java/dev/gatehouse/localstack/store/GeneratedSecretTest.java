package dev.gatehouse.localstack.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class GeneratedSecretTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aPasswordHas32CharactersOfEveryType() throws Exception {
    assertThat(generated("{}"))
        .hasSize(32)
        .matches(".*[a-z].*")
        .matches(".*[A-Z].*")
        .matches(".*[0-9].*")
        .matches(".*\\p{Punct}.*");
  }

  @Test
  void whatIsExcludedIsNotInIt() throws Exception {
    assertThat(
            generated(
                "{\"PasswordLength\":200,\"ExcludePunctuation\":true,\"ExcludeCharacters\":\"abcABC012\"}"))
        .hasSize(200)
        .matches("[d-zD-Z3-9]+");
  }

  @Test
  void aTemplateGetsThePasswordUnderItsKey() throws Exception {
    JsonNode secret =
        JSON.readTree(
            generated(
                """
                {"SecretStringTemplate": "{\\"username\\":\\"gateway\\"}",
                 "GenerateStringKey": "password", "PasswordLength": 40}
                """));

    assertThat(secret.path("username").asText()).isEqualTo("gateway");
    assertThat(secret.path("password").asText()).hasSize(40);
  }

  @Test
  void noTwoAreEqual() throws Exception {
    assertThat(generated("{}")).isNotEqualTo(generated("{}"));
  }

  private static String generated(String properties) throws JsonProcessingException {
    return GeneratedSecret.from(JSON.readTree(properties), new SecureRandom());
  }
}

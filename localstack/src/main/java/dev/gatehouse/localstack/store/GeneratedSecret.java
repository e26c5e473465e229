package dev.gatehouse.localstack.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A password as Secrets Manager generates it. Source: CloudFormation's {@code
 * AWS::SecretsManager::Secret GenerateSecretString}.
 */
final class GeneratedSecret {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
  private static final String UPPERCASE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String NUMBERS = "0123456789";
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  private static final int DEFAULT_LENGTH = 32;

  private GeneratedSecret() {}

  /** The secret's text: a password alone, or set into the template's JSON under its key. */
  static String from(JsonNode properties, SecureRandom random) {
    String password = password(properties, random);
    if (!properties.has("SecretStringTemplate")) {
      return password;
    }
    try {
      ObjectNode text =
          (ObjectNode) JSON.readTree(properties.path("SecretStringTemplate").asText());
      return text.put(properties.path("GenerateStringKey").asText(), password).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("SecretStringTemplate: no JSON (expected: an object)", e);
    }
  }

  private static String password(JsonNode properties, SecureRandom random) {
    List<String> alphabets = alphabets(properties);
    String all = String.join("", alphabets);
    int length = properties.path("PasswordLength").asInt(DEFAULT_LENGTH);
    List<Character> characters = new ArrayList<>();
    if (properties.path("RequireEachIncludedType").asBoolean(true)) {
      alphabets.forEach(alphabet -> characters.add(pick(alphabet, random)));
    }
    while (characters.size() < length) {
      characters.add(pick(all, random));
    }
    Collections.shuffle(characters, random);
    return characters.stream().map(String::valueOf).collect(Collectors.joining());
  }

  private static List<String> alphabets(JsonNode properties) {
    List<String> alphabets = new ArrayList<>();
    add(alphabets, !is(properties, "ExcludeLowercase"), LOWERCASE, properties);
    add(alphabets, !is(properties, "ExcludeUppercase"), UPPERCASE, properties);
    add(alphabets, !is(properties, "ExcludeNumbers"), NUMBERS, properties);
    add(alphabets, !is(properties, "ExcludePunctuation"), PUNCTUATION, properties);
    add(alphabets, is(properties, "IncludeSpace"), " ", properties);
    return alphabets;
  }

  private static void add(
      List<String> alphabets, boolean included, String alphabet, JsonNode properties) {
    String excluded = properties.path("ExcludeCharacters").asText("");
    String left =
        alphabet
            .chars()
            .filter(character -> excluded.indexOf(character) < 0)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    if (included && !left.isEmpty()) {
      alphabets.add(left);
    }
  }

  private static boolean is(JsonNode properties, String name) {
    return properties.path(name).asBoolean(false);
  }

  private static char pick(String alphabet, SecureRandom random) {
    return alphabet.charAt(random.nextInt(alphabet.length()));
  }
}

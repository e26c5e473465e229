package dev.gatehouse.authorizer;

import dev.gatehouse.http.Vectors;
import dev.gatehouse.json.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JWS, JWK and JWE vectors of C2SP/wycheproof (testvectors_v1). */
final class Wycheproof {
  private Wycheproof() {}

  /**
   * One vector.
   *
   * @param token a JWS or a JWE
   * @param publicKey the group's public JWK or key set; null for symmetric groups
   * @param privateKey the group's private JWK, secret, or set of these
   */
  record Vector(
      int id,
      String comment,
      String token,
      boolean valid,
      @Nullable Map<String, Object> publicKey,
      Map<String, Object> privateKey) {

    @Override
    public String toString() {
      return id + " " + comment;
    }
  }

  /** The vectors of a file; empty where the folder is not there. */
  static Optional<List<Vector>> read(String file) {
    return Vectors.file("wycheproof/" + file).map(Wycheproof::vectors);
  }

  private static List<Vector> vectors(Path file) {
    List<Vector> vectors = new ArrayList<>();
    for (Object group : list(json(file), "testGroups")) {
      Map<String, Object> members = object(group);
      Object publicKey = members.get("public");
      for (Object test : list(members, "tests")) {
        Map<String, Object> vector = object(test);
        vectors.add(
            new Vector(
                ((Long) member(vector, "tcId")).intValue(),
                (String) member(vector, "comment"),
                (String) member(vector, vector.containsKey("jws") ? "jws" : "jwe"),
                "valid".equals(vector.get("result")),
                publicKey == null ? null : object(publicKey),
                object(member(members, "private"))));
      }
    }
    return vectors;
  }

  private static Map<String, Object> json(Path file) {
    try {
      return switch (StrictJson.read(Files.readAllBytes(file))) {
        case StrictJson.Document(var members) -> members;
        case StrictJson.Malformed(String reason) ->
            throw new IllegalStateException(file + ": " + reason);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object member(Map<String, Object> members, String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  private static List<?> list(Map<String, Object> members, String name) {
    return (List<?>) member(members, name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }
}

package dev.gatehouse.localstack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.gatehouse.config.Issuer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A demonstration of one identity provider: a key per algorithm, made in the background because RSA
 * takes a moment. It publishes the current keys and the ones before, as providers do while tokens
 * of an old key are still about, and it signs whatever it is given.
 */
public final class DemoIssuer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final Issuer issuer;
  private final SecureRandom random;
  private final String sharedSecret;
  private final AtomicLong fetches = new AtomicLong();
  private volatile State state = State.UP;
  private volatile CompletableFuture<List<SigningKey>> keys;
  private volatile List<SigningKey> previous = List.of();
  private int generation = 1;

  /** How its key set answers. */
  public enum State {
    UP,
    /** Connections are dropped. */
    DOWN,
    /** An answer takes 15 s: longer than anyone should wait. */
    SLOW,
    /** An answer of 200 that is no key set. */
    GARBAGE;

    /** The state of that name in the control API, such as {@code up}. */
    public static Optional<State> of(String word) {
      return Stream.of(values())
          .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
          .findFirst();
    }
  }

  DemoIssuer(Issuer issuer, SecureRandom random) {
    this.issuer = issuer;
    this.random = random;
    this.sharedSecret = secret(random);
    this.keys = CompletableFuture.supplyAsync(this::generate);
  }

  /** 64 octets, as HS512 asks for (RFC 7518 section 3.2). */
  private static String secret(SecureRandom random) {
    byte[] octets = new byte[48];
    random.nextBytes(octets);
    return BASE64URL.encodeToString(octets);
  }

  private List<SigningKey> generate() {
    return issuer.algorithms().stream().map(this::key).toList();
  }

  private SigningKey key(String algorithm) {
    return switch (issuer.keys()) {
      case Issuer.KeySource.SharedSecret _ ->
          SigningKey.secret(algorithm, sharedSecret.getBytes(StandardCharsets.UTF_8));
      case Issuer.KeySource.Jwks _ ->
          SigningKey.pair(
              algorithm,
              issuer.name() + "-" + algorithm.toLowerCase(Locale.ROOT) + "-" + generation,
              random);
    };
  }

  public String name() {
    return issuer.name();
  }

  public Issuer issuer() {
    return issuer;
  }

  /** The shared secret by its name in Secrets Manager, for an issuer that has one. */
  public Optional<SharedSecret> sharedSecret() {
    return switch (issuer.keys()) {
      case Issuer.KeySource.SharedSecret(String name) ->
          Optional.of(new SharedSecret(name, sharedSecret));
      case Issuer.KeySource.Jwks _ -> Optional.empty();
    };
  }

  /** A secret under its name. */
  public record SharedSecret(String name, String value) {}

  public long fetches() {
    return fetches.get();
  }

  public State state() {
    return state;
  }

  public void enter(State next) {
    state = next;
  }

  void fetched() {
    fetches.incrementAndGet();
  }

  /** Its key set (RFC 7517 section 5). */
  String keySet() {
    List<JWK> published =
        Stream.concat(keys.join().stream(), previous.stream())
            .flatMap(key -> key.published().stream())
            .toList();
    return new JWKSet(published).toString();
  }

  /** Signs with fresh keys from now on; a shared secret stays. */
  public synchronized void rotate() {
    generation++;
    previous = keys.join();
    keys = CompletableFuture.completedFuture(generate());
  }

  /**
   * A token of exactly these bytes (RFC 7515 section 7.1), nothing checked. It is signed with the
   * key of the header's {@code alg}, or with the first key when there is none.
   *
   * @param header nothing: {@code alg}, {@code kid} and {@code typ} of the first key
   */
  public String sign(Optional<JsonNode> header, byte[] payload) throws GeneralSecurityException {
    List<SigningKey> current = keys.join();
    String asked = header.map(node -> node.path("alg").asText("")).orElse("");
    SigningKey key =
        current.stream()
            .filter(candidate -> candidate.algorithm().equals(asked))
            .findFirst()
            .orElse(current.getFirst());
    String first = header.orElseGet(() -> header(key)).toString();
    String input = encode(first.getBytes(StandardCharsets.UTF_8)) + "." + encode(payload);
    return input + "." + encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private static ObjectNode header(SigningKey key) {
    ObjectNode header = JSON.createObjectNode().put("alg", key.algorithm()).put("typ", "JWT");
    key.id().ifPresent(id -> header.put("kid", id));
    return header;
  }

  private static String encode(byte[] bytes) {
    return BASE64URL.encodeToString(bytes);
  }

  /** The ids of the keys that it signs with, by algorithm. */
  public List<String> keyIds() {
    List<String> ids = new ArrayList<>();
    keys.join().forEach(key -> key.id().ifPresent(ids::add));
    return ids;
  }
}

package dev.gatehouse.localstack.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.gatehouse.config.Issuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoIssuersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] PAYLOAD = "{ \"sub\" : \"alice\"}".getBytes(UTF_8);

  private final HttpClient http = HttpClient.newHttpClient();
  private DemoIssuers issuers;

  @BeforeEach
  void start() throws Exception {
    issuers =
        DemoIssuers.start(
            List.of(
                issuer(
                    "main",
                    new Issuer.KeySource.Jwks(URI.create("https://idp.example/jwks.json")),
                    List.of("RS256", "PS384", "ES256", "ES512", "EdDSA")),
                issuer(
                    "shared",
                    new Issuer.KeySource.SharedSecret("gateway/jwt-hs256"),
                    List.of("HS256"))),
            new SecureRandom());
  }

  @AfterEach
  void end() {
    http.close();
    issuers.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "PS384", "ES256", "ES512"})
  void aTokenVerifiesWithThePublishedKeyOfItsAlgorithm(String algorithm) throws Exception {
    String token = main().sign(Optional.of(JSON.createObjectNode().put("alg", algorithm)), PAYLOAD);

    JWSObject parsed = JWSObject.parse(token);
    JWK key = key(algorithm);
    assertThat(key.isPrivate()).isFalse();
    assertThat(
            parsed.verify(
                algorithm.startsWith("ES")
                    ? new ECDSAVerifier(key.toECKey())
                    : new RSASSAVerifier(key.toRSAKey())))
        .isTrue();
    assertThat(parsed.getPayload().toBytes()).isEqualTo(PAYLOAD);
  }

  @Test
  void anEdwardsCurveTokenVerifiesWithItsPublishedPoint() throws Exception {
    String token = main().sign(Optional.of(JSON.createObjectNode().put("alg", "EdDSA")), PAYLOAD);

    // SubjectPublicKeyInfo of an Ed25519 key: this prefix and the point (RFC 8410 section 10.1).
    byte[] encoded = Base64.getDecoder().decode("MCowBQYDK2VwAyEA" + "A".repeat(43) + "=");
    byte[] point = key("EdDSA").toOctetKeyPair().getX().decode();
    System.arraycopy(point, 0, encoded, encoded.length - 32, 32);
    Signature signature = Signature.getInstance("Ed25519");
    signature.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
    int dot = token.lastIndexOf('.');
    signature.update(token.substring(0, dot).getBytes(UTF_8));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1)))).isTrue();
  }

  @Test
  void aSharedSecretSignsWithTheValueThatTheGatewayReads() throws Exception {
    DemoIssuer shared = issuers.find("shared").orElseThrow();

    JWSObject token = JWSObject.parse(shared.sign(Optional.empty(), PAYLOAD));

    assertThat(shared.sharedSecret().orElseThrow().name()).isEqualTo("gateway/jwt-hs256");
    assertThat(token.verify(new MACVerifier(shared.sharedSecret().orElseThrow().value()))).isTrue();
    assertThat(issuers.keySet(shared)).isEmpty();
  }

  @Test
  void aHeaderIsSignedAsItIs() throws Exception {
    var header = JSON.createObjectNode().put("alg", "none").put("kid", "../../etc/passwd");

    String token = main().sign(Optional.of(header), PAYLOAD);

    assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]), UTF_8))
        .isEqualTo("{\"alg\":\"none\",\"kid\":\"../../etc/passwd\"}");
  }

  @Test
  void withoutAHeaderTheFirstKeyIsNamed() throws Exception {
    JWSObject token = JWSObject.parse(main().sign(Optional.empty(), PAYLOAD));

    assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
    assertThat(token.getHeader().getKeyID()).isEqualTo(key("RS256").getKeyID());
  }

  @Test
  void afterARotationTheKeyBeforeIsStillPublishedButSignsNoMore() throws Exception {
    String before = key("RS256").getKeyID();

    main().rotate();

    List<String> published = keySet().getKeys().stream().map(JWK::getKeyID).toList();
    assertThat(published).hasSize(10).doesNotHaveDuplicates().contains(before);
    assertThat(main().keyIds()).hasSize(5).doesNotContain(before);
    main().rotate();
    assertThat(keySet().getKeyByKeyId(before)).isNull();
  }

  @Test
  void itsStatesAreWhatAGatewayMeets() throws Exception {
    assertThat(keySet().size()).isEqualTo(5);
    main().enter(DemoIssuer.State.GARBAGE);
    assertThat(fetch()).startsWith("<html>");
    assertThat(main().fetches()).isEqualTo(2);
    main().enter(DemoIssuer.State.DOWN);
    assertThatThrownBy(this::fetch).isInstanceOf(IOException.class);
    main().enter(DemoIssuer.State.UP);
    assertThat(keySet().size()).isEqualTo(5);
  }

  @Test
  void theGatewayIsToldWhereTheKeysAre() {
    assertThat(issuers.overrides())
        .containsOnlyKeys("identity.issuers.main.jwks")
        .containsValue(issuers.keySet(main()).orElseThrow().toString());
  }

  private static Issuer issuer(String name, Issuer.KeySource keys, List<String> algorithms) {
    return new Issuer(
        name, "https://" + name, keys, List.of("api"), algorithms, Issuer.Claims.DEFAULTS);
  }

  private DemoIssuer main() {
    return issuers.find("main").orElseThrow();
  }

  private JWK key(String algorithm) throws Exception {
    return keySet().getKeys().stream()
        .filter(key -> key.getAlgorithm().getName().equals(algorithm))
        .findFirst()
        .orElseThrow();
  }

  private JWKSet keySet() throws Exception {
    return JWKSet.parse(fetch());
  }

  private String fetch() throws Exception {
    URI uri = issuers.keySet(main()).orElseThrow();
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}

package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.util.Base64;
import java.util.Locale;

/** An issuer on loopback: one RSA key of 2048 bits, its key set over HTTP, RS256 tokens. */
final class Issuer implements AutoCloseable {
  static final String NAME = "https://idp.example";

  private final RSAKey key;
  private final RSASSASigner signer;
  private final LoopbackService keySet;

  private Issuer(RSAKey key) throws JOSEException, IOException {
    this.key = key;
    signer = new RSASSASigner(key);
    keySet =
        LoopbackService.start(
            "application/jwk-set+json",
            ("{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}").getBytes(UTF_8));
  }

  static Issuer start() throws JOSEException, IOException {
    return new Issuer(
        new RSAKeyGenerator(2048).keyID("k").algorithm(JWSAlgorithm.RS256).generate());
  }

  String keys() {
    return keySet.url() + "/";
  }

  /** X.509, in base64. */
  String publicKey() throws JOSEException {
    return Base64.getEncoder().encodeToString(key.toRSAPublicKey().getEncoded());
  }

  /** A token for an hour, for the audience {@code api}. */
  String token(String subject) throws JOSEException {
    long now = System.currentTimeMillis() / 1_000;
    String claims =
        String.format(
            Locale.ROOT,
            "{\"iss\":\"%s\",\"aud\":\"api\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}",
            NAME,
            subject,
            now,
            now + 3_600);
    JWSObject jws =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), new Payload(claims));
    jws.sign(signer);
    return jws.serialize();
  }

  @Override
  public void close() {
    keySet.close();
  }
}

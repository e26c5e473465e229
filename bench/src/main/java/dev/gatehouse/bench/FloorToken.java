package dev.gatehouse.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The least that a token of a known key and issuer has to pass. */
final class FloorToken {
  private static final String EXPIRES = "\"exp\":";

  private final PublicKey key;

  private FloorToken(PublicKey key) {
    this.key = key;
  }

  static FloorToken of(String key) throws GeneralSecurityException {
    return new FloorToken(
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key))));
  }

  /** Whether its signature (RS256), issuer and end are good. */
  boolean admits(String token) {
    int end = token.lastIndexOf('.');
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(key);
      signature.update(token.substring(0, end).getBytes(ISO_8859_1));
      return signature.verify(Base64.getUrlDecoder().decode(token.substring(end + 1)))
          && isCurrent(
              new String(
                  Base64.getUrlDecoder().decode(token.substring(token.indexOf('.') + 1, end)),
                  ISO_8859_1));
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isCurrent(String claims) {
    int begin = claims.indexOf(EXPIRES) + EXPIRES.length();
    return claims.contains("\"iss\":\"https://idp.example\"")
        && Long.parseLong(claims, begin, begin + 10, 10) > System.currentTimeMillis() / 1_000;
  }
}

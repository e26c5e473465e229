package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Authenticator.KeyHeader;
import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.TokenVerifier.Trusted;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.json.Json;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.lifecycle.PrimingServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request played through before a checkpoint, so that its classes and code are in the snapshot:
 * the real key sets are read, and the token of RFC 7515 appendix A.2 is decoded, verified and
 * answered, at its own time and by an issuer that exists only here.
 *
 * <p>A published token costs nothing; to generate a key for one takes a cold JVM 0.8 s. Nothing is
 * logged and nobody is let in by it.
 */
final class Rehearsal implements Participant {
  private static final String ISSUER = "joe";
  private static final Instant BEFORE_EXPIRY = Instant.ofEpochSecond(1_300_819_380 - 60);

  private static final String TOKEN =
      "eyJhbGciOiJSUzI1NiJ9."
          + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
          + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
          + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
          + "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
          + "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
          + "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
          + "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
          + "p0igcN_IoypGlUPQGe77Rw";

  private static final String MODULUS =
      "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"
          + "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW"
          + "vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs"
          + "LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k"
          + "G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2"
          + "PAcDTW9gb54h4FRWyuXpoQ";

  /** A key that no pepper has sealed, from an address of RFC 5737 that nobody calls from. */
  private static final String KEY = ApiKeyText.of("0".repeat(20), "0".repeat(43)).text();

  private static final String ADDRESS = "192.0.2.0";

  private final List<Trusted> issuers;
  private final Optional<KeyHeader> apiKeys;
  private final FailedLogins failures;

  Rehearsal(List<Trusted> issuers, Optional<KeyHeader> apiKeys, FailedLogins failures) {
    this.issuers = issuers;
    this.apiKeys = apiKeys;
    this.failures = failures;
  }

  @Override
  public void prime() throws IOException {
    Authenticator authenticator =
        new Authenticator(verifier(), Optional.empty(), FailedLogins.UNLIMITED);
    AuthorizerRequest request = AuthorizerCodec.decode(new ByteArrayInputStream(event()), 0);
    Outcome outcome = authenticator.decide(request.headers(), request.clientAddress());
    if (!(outcome instanceof Allowed(var principal, _))) {
      throw new IllegalStateException(outcome + " (expected: the rehearsal's token accepted)");
    }
    Audit.facts(request, outcome);
    AuthorizerCodec.allow(request.stage(), principal);
    try (PrimingServer issuer = PrimingServer.start()) {
      new HttpKeySets(issuer.url()).fetch();
    }
    issuers.forEach(trusted -> trusted.keys().load());
    failures.exhausted(ADDRESS);
    apiKeys.ifPresent(keys -> keys.verifier().verify(List.of(KEY)));
  }

  private static TokenVerifier verifier() {
    Issuer issuer =
        new Issuer(
            "rehearsal",
            ISSUER,
            new Issuer.KeySource.Jwks(URI.create("urn:rehearsal")),
            List.of(),
            List.of("RS256"),
            new Issuer.Claims("iss", "email", "roles", "scope", "tier"));
    InstantSource clock = InstantSource.fixed(BEFORE_EXPIRY);
    String keySet = json(Map.of("keys", List.of(Map.of("kty", "RSA", "e", "AQAB", "n", MODULUS))));
    KeySetSource source = () -> new KeySetSource.Answer.Fetched(keySet);
    JwksKeys keys =
        new JwksKeys("rehearsal", source, KeySetCopies.NONE, Duration.ofMinutes(10), clock);
    return new TokenVerifier(
        List.of(new Trusted(issuer, keys)),
        new ClaimChecks(Duration.ZERO, Duration.ofMinutes(1), clock),
        new ClaimMapping(Duration.ZERO));
  }

  private static byte[] event() {
    String event =
        json(
            Map.of(
                "type", "REQUEST",
                "methodArn", "arn:aws:execute-api:eu-west-1:000000000000:rehearsal/live/GET/",
                "multiValueHeaders", Map.of("Authorization", List.of("Bearer " + TOKEN))));
    return event.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Map<String, Object> members) {
    return Json.text(json -> Json.value(json, members));
  }
}

package dev.gatehouse.authorizer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import dev.gatehouse.json.StrictJson;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a JSON Web Key Set (RFC 7517) must be before a key of it checks a signature.
 *
 * <p>A set that holds what it must not hold is refused whole: a public set with a secret or private
 * key (its issuer has lost it), a secret set with a public key (an {@code HS256} token could be
 * made with what everybody knows). A single key that is weak, malformed, at odds with its
 * certificate, or whose id another key has as well is left out with a fault; a key for something
 * else than signatures is left out in silence (RFC 7517 section 5).
 */
final class KeySetLinter {
  /** An issuer rotates among a few keys; more are a mistake or an attempt to slow us down. */
  private static final int MAX_KEYS = 100;

  private static final int MIN_RSA_BITS = 2048; // RFC 7518 section 3.3
  private static final int MAX_RSA_BITS = 8192; // 8 ms for one verification
  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);

  private final Visibility visibility;
  private final List<String> faults = new ArrayList<>();
  private final Map<String, VerificationKey> byId = new LinkedHashMap<>();
  private final List<VerificationKey> nameless = new ArrayList<>();
  private final Set<String> ambiguous = new HashSet<>();

  private KeySetLinter(Visibility visibility) {
    this.visibility = visibility;
  }

  /** Who may see a set. */
  enum Visibility {
    /** An issuer publishes it. */
    PUBLIC,
    /** It comes from Secrets Manager. */
    SECRET
  }

  /** What became of a set. */
  sealed interface Linted {
    /**
     * @param faults the keys that were left out and why
     */
    record Usable(KeySet keys, List<String> faults) implements Linted {}

    record Unusable(String reason) implements Linted {}
  }

  static Linted lint(String json, Visibility visibility) {
    return switch (StrictJson.read(json)) {
      case StrictJson.Malformed(String reason) -> new Linted.Unusable(reason);
      case StrictJson.Document(var members) ->
          members.get("keys") instanceof List<?> keys && keys.size() <= MAX_KEYS
              ? new KeySetLinter(visibility).lint(keys)
              : new Linted.Unusable("no key set (expected: keys, an array of at most 100)");
    };
  }

  /** A set of one secret without an id. */
  static Linted secret(byte[] octets) {
    try {
      VerificationKey key = VerificationKey.of(Optional.empty(), octets);
      return new Linted.Usable(new KeySet(List.of(key)), List.of());
    } catch (JOSEException e) {
      return new Linted.Unusable(octets.length + " octets (expected: at least 32)");
    }
  }

  private Linted lint(List<?> keys) {
    for (Object key : keys) {
      if (!(key instanceof Map<?, ?> members)) {
        return new Linted.Unusable("a key that is no object");
      }
      if (visibility == Visibility.PUBLIC && (isSecret(members) || members.containsKey("d"))) {
        return new Linted.Unusable("a secret or private key among public ones");
      }
      if (visibility == Visibility.SECRET && !isSecret(members)) {
        return new Linted.Unusable("a public key among secret ones");
      }
      if (signs(members)) {
        read(members);
      }
    }
    List<VerificationKey> usable = new ArrayList<>(byId.values());
    usable.addAll(nameless);
    return usable.isEmpty()
        ? new Linted.Unusable("no usable key" + (faults.isEmpty() ? "" : ": " + faults))
        : new Linted.Usable(new KeySet(usable), List.copyOf(faults));
  }

  private static boolean isSecret(Map<?, ?> members) {
    return "oct".equals(members.get("kty")) || members.containsKey("k");
  }

  /** {@code use} and {@code key_ops} (RFC 7517 sections 4.2 and 4.3), where they are given. */
  private static boolean signs(Map<?, ?> members) {
    Object use = members.get("use");
    Object operations = members.get("key_ops");
    return (use == null || KeyUse.SIGNATURE.getValue().equals(use))
        && (operations == null
            || (operations instanceof List<?> list
                && list.contains(KeyOperation.VERIFY.identifier())));
  }

  private void read(Map<?, ?> members) {
    String name = String.valueOf(members.get("kid"));
    try {
      JWK key = JWK.parse(plain(members));
      VerificationKey usable = verifying(key);
      add(key.getAlgorithm() == null ? usable : usable.onlyFor(key.getAlgorithm().getName()));
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      faults.add("key " + name + ": malformed or weak");
    }
  }

  private void add(VerificationKey key) {
    if (key.algorithms().isEmpty()) {
      faults.add("key " + key.id().orElse("without id") + ": alg does not go with it");
    } else if (key.id().isEmpty()) {
      nameless.add(key);
    } else if (ambiguous.contains(key.id().get()) || byId.containsKey(key.id().get())) {
      ambiguous.add(key.id().get());
      byId.remove(key.id().get());
      faults.add("key " + key.id().get() + ": its id is not its own");
    } else {
      byId.put(key.id().get(), key);
    }
  }

  private static VerificationKey verifying(JWK key) throws JOSEException {
    return switch (key) {
      case RSAKey rsa when strong(rsa) -> VerificationKey.of(rsa);
      case ECKey ec -> VerificationKey.of(ec);
      case OctetKeyPair pair when Curve.Ed25519.equals(pair.getCurve()) -> VerificationKey.of(pair);
      case OctetSequenceKey secret ->
          VerificationKey.of(Optional.ofNullable(secret.getKeyID()), secret.toByteArray());
      default -> throw new JOSEException("weak or of another type");
    };
  }

  private static boolean strong(RSAKey key) {
    BigInteger modulus = key.getModulus().decodeToBigInteger();
    BigInteger exponent = key.getPublicExponent().decodeToBigInteger();
    return modulus.bitLength() >= MIN_RSA_BITS
        && modulus.bitLength() <= MAX_RSA_BITS
        && modulus.testBit(0)
        && exponent.testBit(0)
        && exponent.compareTo(MIN_EXPONENT) >= 0
        && !Roca.marks(modulus);
  }

  /** The members as Nimbus expects them: {@code null} for null. */
  private static Map<String, Object> plain(Map<?, ?> members) {
    Map<String, Object> plain = new LinkedHashMap<>();
    members.forEach(
        (name, value) -> {
          if (value != StrictJson.Null.NULL) {
            plain.put((String) name, value);
          }
        });
    return plain;
  }
}

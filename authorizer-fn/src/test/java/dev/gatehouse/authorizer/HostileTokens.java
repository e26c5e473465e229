package dev.gatehouse.authorizer;

import static dev.gatehouse.authorizer.Members.quoted;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import dev.gatehouse.http.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens that must not be believed. Each is a good token with one thing wrong, signed again by the
 * genuine key wherever a signature can be right, so that only the check in question can refuse it.
 */
final class HostileTokens {
  private static final long NOW = ManualClock.START.getEpochSecond();

  private final Map<String, Case> cases = new LinkedHashMap<>();

  private HostileTokens() {}

  record Case(String name, String token, ErrorCode expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> all() {
    HostileTokens table = new HostileTokens();
    table.algorithms();
    table.embeddedKeysAndExtensions();
    table.keyIds();
    table.types();
    table.spellings();
    table.json();
    table.dates();
    table.subjects();
    table.audiences();
    table.issuers();
    table.mappedClaims();
    table.signatures();
    return new ArrayList<>(table.cases.values());
  }

  private void algorithms() {
    for (String alg :
        List.of(
            "none",
            "None",
            "NONE",
            "nOnE",
            "rs256",
            "RS256 ",
            " RS256",
            "RS-256",
            "Rs256",
            "HS256",
            "HS384",
            "HS512",
            "hs256",
            "RS1",
            "ES256K",
            "RSA-OAEP",
            "dir",
            "A128KW",
            "Ed25519",
            "Ed448",
            "\\u0000",
            "RS256\\u0000",
            "RS257",
            "SHA256withRSA",
            "HMACSHA256")) {
      header("alg " + alg, World.rsaHeader().with("alg", quoted(alg)));
    }
    for (String raw : List.of("null", "256", "true", "[\"RS256\"]", "{\"RS256\":1}", "\"\"")) {
      header("alg is " + raw, World.rsaHeader().with("alg", raw));
    }
    header("alg missing", World.rsaHeader().without("alg"));
    String header = Members.header("none", "rsa-1").json();
    refused("none without signature", unsigned(header), ErrorCode.INVALID_TOKEN);
    secretFromPublicKey("HS256 with the modulus as secret", World.RSA.getModulus().decode());
    secretFromPublicKey(
        "HS256 with the JWK as secret", utf8(World.RSA.toPublicJWK().toJSONString()));
    secretFromPublicKey("HS256 with the key set as secret", utf8(Tokens.keySet(World.RSA)));
  }

  private void secretFromPublicKey(String name, byte[] secret) {
    JWK key = new OctetSequenceKey.Builder(secret).keyID("rsa-1").build();
    for (String keyId : List.of("rsa-1", "ec-1")) {
      String header = Members.header("HS256", keyId).json();
      refused(
          name + " under " + keyId,
          Tokens.sign("HS256", header, Members.claims().json(), key),
          ErrorCode.INVALID_TOKEN);
    }
  }

  private void embeddedKeysAndExtensions() {
    String jwk = World.OTHERS.toPublicJWK().toJSONString();
    Members attacker = World.rsaHeader().with("jwk", jwk);
    refused(
        "jwk with the attacker's key",
        Tokens.sign("RS256", attacker.json(), Members.claims().json(), World.OTHERS),
        ErrorCode.INVALID_TOKEN);
    header(
        "jwk with the genuine key",
        World.rsaHeader().with("jwk", World.RSA.toPublicJWK().toJSONString()));
    header("jku", World.rsaHeader().with("jku", quoted("https://evil.example/jwks.json")));
    header("jku of the issuer", World.rsaHeader().with("jku", quoted(World.ISSUER + "/jwks.json")));
    header("x5u", World.rsaHeader().with("x5u", quoted("https://evil.example/cert.pem")));
    header("x5c", World.rsaHeader().with("x5c", "[\"MIIB\"]"));
    header("x5c null", World.rsaHeader().with("x5c", "null"));
    header("zip DEF", World.rsaHeader().with("zip", quoted("DEF")));
    header("b64 false", World.rsaHeader().with("b64", "false"));
    header("b64 true", World.rsaHeader().with("b64", "true"));
    header("crit b64", World.rsaHeader().with("b64", "false").with("crit", "[\"b64\"]"));
    header("crit exp", World.rsaHeader().with("crit", "[\"exp\"]").with("exp", "1"));
    header("crit empty", World.rsaHeader().with("crit", "[]"));
    header("crit null", World.rsaHeader().with("crit", "null"));
  }

  private void keyIds() {
    for (String raw :
        List.of(
            "null",
            "1",
            "true",
            "[]",
            "{}",
            "[\"rsa-1\"]",
            "\"\"",
            quoted("rsa-1\\u0000"),
            quoted("rsa-1\\n"),
            quoted("rsa-2"),
            quoted("RSA-1"),
            quoted(" rsa-1"),
            quoted("rsa-1 "),
            quoted("../../dev/null"),
            quoted("' OR '1'='1"),
            quoted("https://evil.example/key"),
            quoted("x".repeat(257)),
            quoted("\\u2028"),
            quoted("\\u0007"),
            quoted("${jndi:ldap://x}"))) {
      header(
          "kid " + raw.substring(0, Math.min(20, raw.length())),
          World.rsaHeader().with("kid", raw));
    }
    header("kid missing", World.rsaHeader().without("kid"));
    header("kid of another type of key", World.rsaHeader().with("kid", quoted("ec-1")));
    header("kid of an Ed25519 key", World.rsaHeader().with("kid", quoted("ed-1")));
    header("kid of the secret", World.rsaHeader().with("kid", quoted("hs-1")));
  }

  private void types() {
    for (String raw :
        List.of(
            "null",
            "1",
            "[]",
            quoted(""),
            quoted("JWE"),
            quoted("JOSE"),
            quoted("dpop+jwt"),
            quoted("logout+jwt"),
            quoted("secevent+jwt"),
            quoted("id+jwt"),
            quoted("JWT "),
            quoted("jwt\\u0000"),
            quoted("text/at+jwt"),
            quoted("kb+jwt"))) {
      header("typ " + raw, World.rsaHeader().with("typ", raw));
    }
  }

  private void spellings() {
    String good = World.good();
    String[] parts = good.split("\\.", -1);
    format("empty", "");
    format("one part", parts[0]);
    format("two parts", parts[0] + "." + parts[1]);
    format("four parts", good + ".");
    format("five parts", good + ".a.b");
    format("leading dot", "." + good);
    format("no header", "." + parts[1] + "." + parts[2]);
    format("no payload", parts[0] + ".." + parts[2]);
    format("only dots", "..");
    format("padded header", parts[0] + "=." + parts[1] + "." + parts[2]);
    format("padded payload", parts[0] + "." + parts[1] + "==." + parts[2]);
    format("padded signature", good + "==");
    format(
        "space in header",
        parts[0].charAt(0) + " " + parts[0].substring(1) + "." + parts[1] + "." + parts[2]);
    format(
        "line break in signature",
        good.substring(0, good.length() - 4) + "\n" + good.substring(good.length() - 4));
    format("leading space", " " + good);
    format("trailing space", good + " ");
    format("tab", "\t" + good);
    format("a comma", good + ",");
    format("two tokens", good + ", " + good);
    format("plus and slash", parts[0] + "." + parts[1] + "." + "+/" + parts[2].substring(2));
    format("a question mark", parts[0] + "." + parts[1] + "?." + parts[2]);
    format("NUL", good + "\u0000");
    format("non-ASCII", good + "\u00e9");
    format("full-width dot", parts[0] + "\uff0e" + parts[1] + "." + parts[2]);
    format("unused bits", parts[0] + "." + parts[1] + "." + otherSpelling(parts[2]));
    format(
        "JSON serialization",
        "{\"payload\":\""
            + parts[1]
            + "\",\"protected\":\""
            + parts[0]
            + "\",\"signature\":\""
            + parts[2]
            + "\"}");
    format(
        "JSON general serialization",
        "{\"payload\":\""
            + parts[1]
            + "\",\"signatures\":[{\"protected\":\""
            + parts[0]
            + "\",\"signature\":\""
            + parts[2]
            + "\"}]}");
    format("quoted", "\"" + good + "\"");
    format("8 KiB and one", World.good() + "A".repeat(CompactJws.MAX_LENGTH + 1 - good.length()));
    format("1 MiB", "A".repeat(1 << 20));
    format("dots", ".".repeat(8000));
  }

  /** The last character of 256 octets carries 4 unused bits: 16 spellings, one is canonical. */
  private static String otherSpelling(String part) {
    char last = part.charAt(part.length() - 1);
    char other = last == 'A' ? 'B' : last == 'Q' ? 'R' : last == 'g' ? 'h' : 'x';
    return part.substring(0, part.length() - 1) + other;
  }

  private void json() {
    String header = World.rsaHeader().json();
    String claims = Members.claims().json();
    payload("payload empty object", "{}", ErrorCode.INVALID_TOKEN);
    for (String raw :
        List.of(
            "",
            "null",
            "[]",
            "\"text\"",
            "1",
            "true",
            "{",
            claims + "}",
            claims + " x",
            claims + claims,
            claims.replace("}", ",}"),
            claims.replace("{", "{,"),
            claims.replace('"', '\''),
            claims.replace("{", "{/* */"),
            claims.replace("{", "{\"x\":NaN,"),
            claims.replace("{", "{\"x\":+1,"),
            claims.replace("{", "{\"x\":01,"),
            claims.replace("{", "{\"x\":Infinity,"),
            claims.replace("{", "{\"x\":\"\\x\","),
            claims.replace("{", "{\"x\":\"\t\","),
            "\ufeff" + claims,
            "\u0000" + claims)) {
      payload(
          "payload " + raw.substring(0, Math.min(24, raw.length())),
          raw,
          ErrorCode.INVALID_TOKEN_FORMAT);
    }
    for (String raw :
        List.of("", "null", "[]", "{", header + "}", header + header, "\ufeff" + header)) {
      refused(
          "header " + raw.substring(0, Math.min(24, raw.length())),
          Tokens.sign("RS256", raw, claims, World.RSA),
          ErrorCode.INVALID_TOKEN_FORMAT);
    }
    duplicate("alg", header.replace("{", "{\"alg\":\"RS256\","), claims);
    duplicate("alg, the other first", header.replace("{", "{\"alg\":\"none\","), claims);
    duplicate("alg, escaped", header.replace("{", "{\"\\u0061lg\":\"none\","), claims);
    duplicate("kid", header.replace("{", "{\"kid\":\"x\","), claims);
    for (String name : List.of("sub", "iss", "aud", "exp")) {
      duplicate(name, header, claims.replace("{", "{\"" + name + "\":\"mallory\","));
    }
    duplicate("sub, escaped", header, claims.replace("{", "{\"s\\u0075b\":\"mallory\","));
    duplicate("a nested member", header, claims.replace("{", "{\"x\":{\"a\":1,\"a\":2},"));
    deep("arrays of depth 1000", "[".repeat(1000) + "]".repeat(1000));
    deep("objects of depth 1000", "{\"a\":".repeat(1000) + "1" + "}".repeat(1000));
    deep("arrays of depth 40", "[".repeat(40) + "]".repeat(40));
    deep("a number of 1000 digits", "9".repeat(1000));
    octets("overlong UTF-8", new byte[] {(byte) 0xc0, (byte) 0x80});
    octets("CESU-8", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
    octets("a lone continuation", new byte[] {(byte) 0x80});
    octets("0xff", new byte[] {(byte) 0xff});
    octets("a cut sequence", new byte[] {(byte) 0xe2, (byte) 0x82});
    octets("beyond U+10FFFF", new byte[] {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80});
  }

  private void dates() {
    for (String raw :
        List.of(
            "null",
            "true",
            "\"\"",
            quoted(Long.toString(NOW + 600)),
            quoted("2030-01-01T00:00:00Z"),
            "[]",
            "{}",
            "[" + (NOW + 600) + "]",
            "-1",
            "9223372036854775807",
            "9223372036854775808",
            "1e400",
            "1e999999999",
            "-1e999999999",
            "253402300800",
            "18446744073709551616")) {
      claim("exp " + raw, "exp", raw);
    }
    claim("exp in 100 years", "exp", Long.toString(NOW + 3_155_760_000L));
    claim("exp in milliseconds", "exp", Long.toString((NOW + 600) * 1000));
    claim("exp in 24 h and 2 min", "exp", Long.toString(NOW + 86_400 + 120));
    refused("exp missing", signed(Members.claims().without("exp")), ErrorCode.INVALID_TOKEN);
    expired("exp 0", "0");
    expired("exp 1e9", "1e9");
    expired("exp an hour ago", Long.toString(NOW - 3600));
    expired("exp at the end of the skew", Long.toString(NOW - 60));
    for (String name : List.of("nbf", "iat")) {
      for (String raw :
          List.of("null", "true", quoted(Long.toString(NOW)), "[]", "{}", "-1", "1e400")) {
        claim(name + " " + raw, name, raw);
      }
      claim(name + " beyond the skew", name, Long.toString(NOW + 61));
      claim(name + " in milliseconds", name, Long.toString(NOW * 1000));
    }
    claim("a lifetime above 24 h since iat", "iat", Long.toString(NOW - 86_400));
  }

  private void subjects() {
    refused("sub missing", signed(Members.claims().without("sub")), ErrorCode.INVALID_TOKEN);
    for (String raw :
        List.of(
            "null",
            "1",
            "true",
            "[]",
            "{}",
            "[\"alice\"]",
            "\"\"",
            quoted(" "),
            quoted(" alice"),
            quoted("alice "),
            quoted("alice\\r\\nX-User-Roles: admin"),
            quoted("alice\\u0000"),
            quoted("\\u0085"),
            quoted("\\u2028"),
            quoted("\\u007f"),
            quoted("x".repeat(257)))) {
      claim("sub " + raw.substring(0, Math.min(24, raw.length())), "sub", raw);
    }
    refused(
        "sub with a lone surrogate",
        signed(Members.claims().with("sub", quoted("\\ud800"))),
        ErrorCode.INVALID_TOKEN_FORMAT);
    refused(
        "sub with surrogates the wrong way round",
        signed(Members.claims().with("sub", quoted("\\udc00\\ud800"))),
        ErrorCode.INVALID_TOKEN_FORMAT);
    for (String raw : List.of("null", "1", "\"\"", "[\"x\"]", quoted("x\\n"))) {
      claim("jti " + raw, "jti", raw);
    }
  }

  private void audiences() {
    refused("aud missing", signed(Members.claims().without("aud")), ErrorCode.INVALID_TOKEN);
    for (String raw :
        List.of(
            "null",
            "1",
            "true",
            "{}",
            "[]",
            "\"\"",
            quoted("other-api"),
            quoted("GATEWAY-API"),
            quoted("gateway-api "),
            quoted("gateway-api,other"),
            quoted("gateway-api other"),
            "[null]",
            "[\"gateway-api\",1]",
            "[[\"gateway-api\"]]",
            "{\"gateway-api\":true}",
            "[\"other\"]")) {
      claim("aud " + raw, "aud", raw);
    }
  }

  private void issuers() {
    refused("iss missing", signed(Members.claims().without("iss")), ErrorCode.INVALID_TOKEN);
    for (String raw :
        List.of(
            "null",
            "1",
            "[]",
            "[\"" + World.ISSUER + "\"]",
            "\"\"",
            quoted(World.ISSUER + "/"),
            quoted("HTTPS://IDP.EXAMPLE"),
            quoted(" " + World.ISSUER),
            quoted("https://evil.example"),
            quoted("main"))) {
      claim("iss " + raw, "iss", raw);
    }
    claim("key of one issuer under another's name", "iss", quoted(World.OTHER));
    claim("a public key under the secret's issuer", "iss", quoted(World.SECRET));
    refused(
        "key of another issuer with the same kid",
        Tokens.sign("RS256", World.rsaHeader().json(), Members.claims().json(), World.OTHERS),
        ErrorCode.INVALID_TOKEN);
    refused(
        "the secret under the public issuer",
        Tokens.sign(
            "HS256", Members.header("HS256", "hs-1").json(), Members.claims().json(), World.SHARED),
        ErrorCode.INVALID_TOKEN);
  }

  private void mappedClaims() {
    for (String raw :
        List.of(
            "1",
            "true",
            "{}",
            "[1]",
            "[null]",
            "[[\"a\"]]",
            "[\"\"]",
            quoted("a,b"),
            "[\"a,b\"]",
            "[\"a\\nb\"]",
            quoted("a\\rb"),
            "[\" a\"]")) {
      claim("roles " + raw, "roles", raw);
    }
    for (String raw :
        List.of(
            "1",
            "true",
            "{}",
            "[1]",
            "[null]",
            "[\"a b\"]",
            "[\"\"]",
            quoted("a\\tb"),
            quoted("a\\nb"),
            "[\"a\\u0000\"]")) {
      claim("scope " + raw, "scope", raw);
    }
    for (String name : List.of("email", "tier")) {
      for (String raw :
          List.of("1", "[]", "{}", "true", quoted("a\\r\\nb"), quoted("x".repeat(257)))) {
        claim(name + " " + raw.substring(0, Math.min(20, raw.length())), name, raw);
      }
    }
  }

  private void signatures() {
    String good = World.good();
    String input = good.substring(0, good.lastIndexOf('.'));
    format("no signature, no dot", input);
    refused("no signature", input + ".", ErrorCode.INVALID_TOKEN);
    refused("one zero octet", input + ".AA", ErrorCode.INVALID_TOKEN);
    refused(
        "a signature of zeros",
        input + "." + Base64URL.encode(new byte[256]),
        ErrorCode.INVALID_TOKEN);
    byte[] signature = new Base64URL(good.substring(input.length() + 1)).decode();
    signature[100] ^= 1;
    refused(
        "one bit of the signature",
        input + "." + Base64URL.encode(signature),
        ErrorCode.INVALID_TOKEN);
    String other =
        Base64URL.encode(Members.claims().with("sub", quoted("mallory")).json()).toString();
    String[] parts = good.split("\\.", -1);
    refused("another payload", parts[0] + "." + other + "." + parts[2], ErrorCode.INVALID_TOKEN);
    String pss = Base64URL.encode(Members.header("PS256", "rsa-1").json()).toString();
    refused(
        "RS256 signature called PS256",
        pss + "." + parts[1] + "." + parts[2],
        ErrorCode.INVALID_TOKEN);
    for (String alg : List.of("ES256", "ES384", "ES512", "EdDSA")) {
      String keyId =
          switch (alg) {
            case "ES256" -> "ec-1";
            case "ES384" -> "ec-2";
            case "ES512" -> "ec-3";
            default -> "ed-1";
          };
      int octets =
          switch (alg) {
            case "ES384" -> 96;
            case "ES512" -> 132;
            default -> 64;
          };
      String start = Base64URL.encode(Members.header(alg, keyId).json()) + "." + parts[1] + ".";
      refused(
          alg + " of zeros", start + Base64URL.encode(new byte[octets]), ErrorCode.INVALID_TOKEN);
      refused(
          alg + " too short",
          start + Base64URL.encode(new byte[octets - 1]),
          ErrorCode.INVALID_TOKEN);
      refused(alg + " empty", start, ErrorCode.INVALID_TOKEN);
    }
  }

  private void header(String name, Members header) {
    refused(
        name,
        Tokens.sign("RS256", header.json(), Members.claims().json(), World.RSA),
        ErrorCode.INVALID_TOKEN);
  }

  private void claim(String name, String claim, String raw) {
    refused(
        name,
        signed(Members.claims().with(claim, raw)),
        raw.matches("-?\\d{41,}") ? ErrorCode.INVALID_TOKEN_FORMAT : ErrorCode.INVALID_TOKEN);
  }

  private void expired(String name, String exp) {
    Members claims = Members.claims().without("iat").with("exp", exp);
    refused(name, signed(claims), ErrorCode.TOKEN_EXPIRED);
  }

  private void payload(String name, String payload, ErrorCode expected) {
    refused(name, Tokens.sign("RS256", World.rsaHeader().json(), payload, World.RSA), expected);
  }

  private void duplicate(String name, String header, String claims) {
    refused(
        "twice: " + name,
        Tokens.sign("RS256", header, claims, World.RSA),
        ErrorCode.INVALID_TOKEN_FORMAT);
  }

  private void deep(String name, String value) {
    payload(name, Members.claims().with("x", value).json(), ErrorCode.INVALID_TOKEN_FORMAT);
  }

  private void octets(String name, byte[] inside) {
    byte[] before = utf8(Members.claims().json().replace("}", ",\"x\":\""));
    byte[] payload = new byte[before.length + inside.length + 2];
    System.arraycopy(before, 0, payload, 0, before.length);
    System.arraycopy(inside, 0, payload, before.length, inside.length);
    payload[payload.length - 2] = '"';
    payload[payload.length - 1] = '}';
    refused(
        name,
        Tokens.sign("RS256", utf8(World.rsaHeader().json()), payload, World.RSA),
        ErrorCode.INVALID_TOKEN_FORMAT);
  }

  private void format(String name, String token) {
    refused(name, token, ErrorCode.INVALID_TOKEN_FORMAT);
  }

  private void refused(String name, String token, ErrorCode expected) {
    String unique = cases.containsKey(name) ? name + " (" + cases.size() + ")" : name;
    cases.put(unique, new Case(unique, token, expected));
  }

  private static String signed(Members claims) {
    return Tokens.sign("RS256", World.rsaHeader().json(), claims.json(), World.RSA);
  }

  private static String unsigned(String header) {
    return Base64URL.encode(header) + "." + Base64URL.encode(Members.claims().json()) + ".";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.queue.Passes.Verified;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.secrets.Secrets.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PassesTest {
  private final ManualClock clock = new ManualClock();
  private final Keyring keys = Rings.of(Rings.KEY);
  private final SigningKey key = keys.signing().orElseThrow();
  private final Passes passes = new Passes(keys, clock);
  private final Instant from = clock.instant();
  private final Pass pass =
      new Pass("onsale", "evt-1", Holder.visitor("v"), 42, from, from.plus(Duration.ofMinutes(10)));
  private final String genuine = passes.write(pass).orElseThrow();

  @Test
  void aPassComesBackAsItWas() {
    assertThat(passes.verify(genuine)).isEqualTo(new Verified.Valid(pass));
  }

  @Test
  void theSameSessionHasTheSamePass() {
    assertThat(passes.write(pass)).contains(genuine);
  }

  @Test
  void aPassEndsAndDoesNotBeginEarly() {
    clock.advance(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(passes.verify(genuine)).isInstanceOf(Verified.Valid.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(passes.verify(genuine)).isInstanceOf(Verified.Ended.class);
    clock.advance(Duration.ofMinutes(-10).minus(Passes.SKEW));
    assertThat(passes.verify(genuine)).isInstanceOf(Verified.Valid.class);
    clock.advance(Duration.ofSeconds(-1));
    assertThat(passes.verify(genuine)).isInstanceOf(Verified.Ended.class);
  }

  @Test
  void withoutKeysNothingIsKnown() {
    Keyring none =
        new Keyring(() -> new Secret.Unavailable("x"), () -> new Secret.Unavailable("x"), clock);
    assertThat(new Passes(none, clock).verify(genuine)).isEqualTo(new Verified.Unknown());
    Keyring poor = Rings.of("too short");
    assertThat(new Passes(poor, clock).verify(genuine)).isEqualTo(new Verified.Unknown());
  }

  @Test
  void hostilePassesAreRefused() {
    Map<String, String> hostile = hostile();
    hostile.forEach(
        (what, text) -> assertThat(passes.verify(text)).as(what).isEqualTo(new Verified.Forged()));
    assertThat(hostile).hasSizeGreaterThanOrEqualTo(24);
    Printed.figure("Q8", hostile.size() + " hostile passes: none is valid");
  }

  private Map<String, String> hostile() {
    String[] parts = genuine.split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("empty", "");
    hostile.put("two dots", "..");
    hostile.put("two parts", parts[0] + "." + parts[1]);
    hostile.put("four parts", genuine + ".");
    hostile.put("unsigned", parts[0] + "." + parts[1] + ".");
    hostile.put("cut", genuine.substring(0, genuine.length() - 1));
    hostile.put("zeros", parts[0] + "." + parts[1] + "." + "A".repeat(86));
    hostile.put("padded", genuine + "==");
    hostile.put("space", genuine + " ");
    hostile.put("too long", genuine + "A".repeat(1_200));
    hostile.put("alg none", header("{\"alg\":\"none\"}") + "." + parts[1] + ".");
    hostile.put("alg none with our kid", signed(key, head("none"), claims));
    hostile.put("alg HS256 with the public key's id", mac(head("HS256"), claims));
    hostile.put("alg in small letters", signed(key, head("eddsa"), claims));
    hostile.put("header with spaces", signed(key, head("EdDSA").replace(",", ", "), claims));
    hostile.put(
        "header in another order",
        signed(
            key,
            "{\"kid\":\"" + key.id() + "\",\"alg\":\"EdDSA\",\"typ\":\"gatehouse-pass+jwt\"}",
            claims));
    hostile.put("header with jwk", signed(key, head("EdDSA").replace("}", ",\"jwk\":{}}"), claims));
    hostile.put(
        "header with crit",
        signed(key, head("EdDSA").replace("}", ",\"crit\":[\"b64\"]}"), claims));
    hostile.put("kid twice", signed(key, head("EdDSA").replace("}", ",\"kid\":\"x\"}"), claims));
    hostile.put(
        "kid a number", signed(key, head("EdDSA").replace("\"" + key.id() + "\"", "7"), claims));
    hostile.put("no JSON header", encode("EdDSA") + "." + parts[1] + "." + parts[2]);
    hostile.put(
        "another's key", new Passes(Rings.of(Rings.OTHER), clock).write(pass).orElseThrow());
    hostile.put(
        "another's key under our id", signed(SigningKey.of(Rings.OTHER), head("EdDSA"), claims));
    hostile.put(
        "another holder",
        parts[0]
            + "."
            + encode(claims.replace(pass.holder().key(), Holder.visitor("w").key()))
            + "."
            + parts[2]);
    hostile.put(
        "another queue", parts[0] + "." + encode(claims.replace("onsale", "vip")) + "." + parts[2]);
    hostile.put(
        "another event",
        parts[0] + "." + encode(claims.replace("evt-1", "evt-2")) + "." + parts[2]);
    hostile.put(
        "a later end",
        parts[0]
            + "."
            + encode(claims.replaceAll("\"exp\":\\d+", "\"exp\":99999999999"))
            + "."
            + parts[2]);
    hostile.put("a ticket", new Ticket(pass.line(), pass.holder(), 42).write(key));
    hostile.put(
        "signature with another spelling",
        genuine.substring(0, genuine.length() - 1) + (genuine.endsWith("A") ? "B" : "A"));
    return hostile;
  }

  private String head(String algorithm) {
    return "{\"alg\":\""
        + algorithm
        + "\",\"typ\":\"gatehouse-pass+jwt\",\"kid\":\""
        + key.id()
        + "\"}";
  }

  private static String header(String json) {
    return encode(json);
  }

  private static String signed(SigningKey key, String header, String claims) {
    String input = encode(header) + "." + encode(claims);
    return input + "." + raw(key.sign(input.getBytes(US_ASCII)));
  }

  private String mac(String header, String claims) {
    String input = encode(header) + "." + encode(claims);
    return input + "." + raw(key.code(input.getBytes(US_ASCII)));
  }

  private static String encode(String text) {
    return raw(text.getBytes(UTF_8));
  }

  private static String raw(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}

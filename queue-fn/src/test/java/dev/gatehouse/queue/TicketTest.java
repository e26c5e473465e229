package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.secrets.Secrets.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TicketTest {
  private static final Ticket TICKET =
      new Ticket(new Line("onsale", "evt-1"), Holder.visitor("v"), 1_795_392_000_000_001L);

  private final Keyring keys = Rings.of(Rings.KEY);
  private final SigningKey key = keys.signing().orElseThrow();
  private final String genuine = TICKET.write(key);

  @Test
  void aTicketComesBackAsItWas() {
    assertThat(Ticket.read(genuine, keys)).contains(TICKET);
    assertThat(TICKET.joined()).isEqualTo(Instant.parse("2026-11-23T00:00:00.000001Z"));
  }

  @Test
  void itsLifeBeginsWithTheOpening() {
    Instant joined = TICKET.joined();
    assertThat(TICKET.lives(Optional.empty(), joined.plus(Duration.ofHours(23)))).isTrue();
    assertThat(TICKET.lives(Optional.empty(), joined.plus(Duration.ofHours(24)))).isFalse();
    Instant later = joined.plus(Duration.ofDays(30));
    assertThat(TICKET.lives(Optional.of(later), later)).isFalse();
    Optional<Instant> opening = Optional.of(joined.plus(Duration.ofDays(7)));
    assertThat(TICKET.lives(opening, joined.plus(Duration.ofDays(8)))).isFalse();
    assertThat(TICKET.lives(opening, joined.plus(Duration.ofDays(8).minusSeconds(1)))).isTrue();
  }

  @Test
  void hostileTicketsAreRefused() {
    Map<String, String> hostile = hostile();
    hostile.forEach((what, text) -> assertThat(Ticket.read(text, keys)).as(what).isEmpty());
    assertThat(hostile).hasSizeGreaterThanOrEqualTo(20);
    Printed.figure("Q8", hostile.size() + " hostile tickets: none is read");
  }

  private Map<String, String> hostile() {
    String[] parts = genuine.split("\\.", -1);
    Map<String, String> hostile = new LinkedHashMap<>();
    hostile.put("empty", "");
    hostile.put("dots", "...");
    hostile.put("three parts", parts[0] + "." + parts[1] + "." + parts[2]);
    hostile.put("five parts", genuine + ".x");
    hostile.put("no code", parts[0] + "." + parts[1] + "." + parts[2] + ".");
    hostile.put("other version", "gt2" + genuine.substring(3));
    hostile.put("version in capitals", "GT1" + genuine.substring(3));
    hostile.put("unknown key", parts[0] + ".AAAAAAAA." + parts[2] + "." + parts[3]);
    hostile.put("no key", parts[0] + ".." + parts[2] + "." + parts[3]);
    hostile.put("code cut", genuine.substring(0, genuine.length() - 4));
    hostile.put("code of zeros", genuine.substring(0, genuine.length() - 43) + "A".repeat(43));
    hostile.put("padded", genuine + "=");
    hostile.put("space before", " " + genuine);
    hostile.put("space behind", genuine + " ");
    hostile.put("line break", genuine + "\n");
    hostile.put("standard base64", genuine.replace('-', '+').replace('_', '/') + "+");
    hostile.put("too long", genuine + "A".repeat(700));
    hostile.put("another's key", TICKET.write(SigningKey.of(Rings.OTHER)));
    hostile.put(
        "another's key under our id",
        resigned(parts[2], SigningKey.of(Rings.OTHER).code(input(parts[2]))));
    hostile.put("earlier sequence", resigned(payload(1), code(parts[3])));
    hostile.put(
        "another event",
        resigned(encode("onsale\nevt-2\n" + TICKET.holder().key() + "\n1"), code(parts[3])));
    hostile.put("a pass", new Passes(keys, Instant::now).write(pass()).orElseThrow());
    hostile.put("other spelling", otherSpelling());
    return hostile;
  }

  private static Pass pass() {
    return new Pass(
        "onsale",
        "evt-1",
        TICKET.holder(),
        1,
        Instant.EPOCH,
        Instant.MAX.minusSeconds(9_999_999_999L));
  }

  /** The last character of a code of 43 has two unused bits. */
  private String otherSpelling() {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(genuine.charAt(genuine.length() - 1));
    return genuine.substring(0, genuine.length() - 1) + alphabet.charAt(last ^ 1);
  }

  private String payload(long sequence) {
    return encode("onsale\nevt-1\n" + TICKET.holder().key() + "\n" + sequence);
  }

  private String resigned(String payload, byte[] code) {
    return "gt1."
        + key.id()
        + "."
        + payload
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(code);
  }

  private byte[] input(String payload) {
    return ("gt1." + key.id() + "." + payload).getBytes(UTF_8);
  }

  private static byte[] code(String part) {
    return Base64.getUrlDecoder().decode(part);
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  @Test
  void aRotatedKeyIsAcceptedAtOnceAndTheOldOneUntilItIsRemoved() {
    ManualClock clock = new ManualClock();
    String[] secret = {"{\"key\":\"" + Rings.KEY + "\"}"};
    AtomicInteger reads = new AtomicInteger();
    String[] seen = {secret[0]};
    Keyring ring =
        new Keyring(
            () -> new Secret.Known(seen[0]),
            () -> {
              reads.incrementAndGet();
              seen[0] = secret[0];
              return new Secret.Known(seen[0]);
            },
            clock);
    assertThat(Ticket.read(genuine, ring)).isPresent();
    String rotated = TICKET.write(SigningKey.of(Rings.OTHER));
    secret[0] = "{\"key\":\"" + Rings.OTHER + "\",\"previous\":\"" + Rings.KEY + "\"}";
    assertThat(Ticket.read(rotated, ring)).isPresent();
    assertThat(Ticket.read(genuine, ring)).isPresent();
    for (int i = 0; i < 1_000; i++) {
      Ticket.read(genuine.replace(key.id(), "AAAAAAA" + i % 10), ring);
    }
    assertThat(reads.get()).isEqualTo(1);
    clock.advance(Keyring.PATIENCE);
    secret[0] = "{\"key\":\"" + Rings.OTHER + "\"}";
    Ticket.read(genuine.replace(key.id(), "AAAAAAAA"), ring);
    assertThat(reads.get()).isEqualTo(2);
    assertThat(Ticket.read(genuine, ring)).isEmpty();
  }
}

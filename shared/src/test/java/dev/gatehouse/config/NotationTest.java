package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Editors accept whatever the reader accepts. */
final class NotationTest {
  private static final Map<Notation, Pattern> NOTATIONS = notations();

  private static final List<String> SEEDS =
      List.of(
          "user",
          "traffic-tacos",
          "evt-*",
          "gateway/stripe",
          "payment.protoset",
          "schemas/order.json",
          "64KB",
          "application/json",
          "no-cache, private",
          "realm.roles",
          "reservations:write",
          "X-API-Key",
          "header:X-Tenant",
          "claim:org",
          "50/s",
          "60/1m",
          "20%",
          "off",
          "2026-12-01T10:00:00+09:00",
          "2026-12-01T10:00Z",
          "2026-06-01",
          "http://reservation.internal:8001",
          "https://idp.example/.well-known/jwks.json?p=x",
          "http://127.0.0.1:4000/jwks",
          "http://[::1]:4000/jwks",
          "https://app.example.com",
          "*",
          "payment.internal:8081",
          "reservation.tacos.local",
          "spiffe://jia.app/payment-service",
          "/healthz",
          "euc1-az1",
          "10.1.0.0/20",
          "/event_id",
          "path:event",
          "GET /api/v1/users/*",
          "ANY /**",
          "GET /");

  @Property(tries = 2_000)
  void whatTheReaderAcceptsTheSchemaAccepts(@ForAll("texts") String text) {
    NOTATIONS.forEach(
        (notation, pattern) -> {
          if (notation.refusal().apply(text).isEmpty()) {
            assertThat(text)
                .matches(candidate -> pattern.matcher(candidate).find(), pattern.pattern());
          }
        });
  }

  @Test
  void everyNotationAcceptsAnExample() {
    assertThat(NOTATIONS.keySet())
        .allSatisfy(
            notation ->
                assertThat(SEEDS).anyMatch(seed -> notation.refusal().apply(seed).isEmpty()));
  }

  /** Examples with a few characters changed. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<Character> character =
        Arbitraries.of(
            "aZ09-._~:/?#[]@!$&'()*+,;=%|^`\"\\ \t\u0000\u00a0\u00e4\u0663{}<>TZ"
                .chars()
                .mapToObj(c -> (char) c)
                .toList());
    return Arbitraries.of(SEEDS)
        .flatMap(
            seed ->
                Arbitraries.integers()
                    .between(0, seed.length())
                    .flatMap(
                        at ->
                            Arbitraries.integers()
                                .between(at, Math.min(seed.length(), at + 3))
                                .flatMap(
                                    to ->
                                        character
                                            .list()
                                            .ofMaxSize(3)
                                            .map(with -> replaced(seed, at, to, with)))));
  }

  private static String replaced(String seed, int from, int to, List<Character> with) {
    StringBuilder text = new StringBuilder(seed.substring(0, from));
    with.forEach(text::append);
    return text.append(seed.substring(to)).toString();
  }

  private static Map<Notation, Pattern> notations() {
    List<Notation> notations = new ArrayList<>();
    for (var field : Notation.class.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == Notation.class) {
        try {
          notations.add((Notation) field.get(null));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    return notations.stream()
        .collect(
            Collectors.toMap(
                notation -> notation, notation -> Pattern.compile(notation.pattern())));
  }
}

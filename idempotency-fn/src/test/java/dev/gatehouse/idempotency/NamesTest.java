package dev.gatehouse.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import dev.gatehouse.idempotency.Claimant.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Record ids and fingerprints: what is another is never the same. */
class NamesTest {
  private static final IdempotencyKey KEY = new IdempotencyKey("0123456789abcdef");

  @Test
  void anyDifferenceIsAnotherRecord() {
    Claimant alice = new Claimant(Kind.JWT, "https://a", "alice");
    assertThat(
            List.of(
                RecordId.of(alice, "POST", "POST /a", KEY),
                RecordId.of(new Claimant(Kind.JWT, "https://b", "alice"), "POST", "POST /a", KEY),
                RecordId.of(new Claimant(Kind.JWT, "https://a", "bob"), "POST", "POST /a", KEY),
                RecordId.of(new Claimant(Kind.API_KEY, "", "alice"), "POST", "POST /a", KEY),
                RecordId.of(new Claimant(Kind.JWT, "", "alice"), "POST", "POST /a", KEY),
                RecordId.of(Claimant.ANONYMOUS, "POST", "POST /a", KEY),
                RecordId.of(alice, "PUT", "POST /a", KEY),
                RecordId.of(alice, "POST", "POST /b", KEY),
                RecordId.of(alice, "POST", "POST /a", new IdempotencyKey("0123456789abcdeg")),
                RecordId.of("scope", KEY)))
        .doesNotHaveDuplicates();
  }

  @Test
  void noTextMovesFromOneFieldToTheNext() {
    assertThat(RecordId.of(new Claimant(Kind.JWT, "ab", "c"), "POST", "r", KEY))
        .isNotEqualTo(RecordId.of(new Claimant(Kind.JWT, "a", "bc"), "POST", "r", KEY));
    assertThat(RecordId.of(Claimant.ANONYMOUS, "POST", "r1", KEY))
        .isNotEqualTo(
            RecordId.of(Claimant.ANONYMOUS, "POST", "r", new IdempotencyKey("1" + KEY.text())));
  }

  @Test
  void anyDifferenceIsAnotherRequest() {
    assertThat(
            List.of(
                print("POST", "/a", "x=1&y=2", "application/json", "{}"),
                print("PUT", "/a", "x=1&y=2", "application/json", "{}"),
                print("POST", "/b", "x=1&y=2", "application/json", "{}"),
                print("POST", "/a", "x=1&y=3", "application/json", "{}"),
                print("POST", "/a", "x=1", "application/json", "{}"),
                print("POST", "/a", "x=1&y=2", "text/json", "{}"),
                print("POST", "/a", "x=1&y=2", "application/json", "{ }")))
        .doesNotHaveDuplicates();
  }

  @Test
  void theOrderOfDifferentNamesInAQueryMeansNothingAndOfOneNameEverything() {
    assertThat(print("POST", "/a", "y=2&x=1", "t", "b"))
        .isEqualTo(print("POST", "/a", "x=1&y=2", "t", "b"));
    assertThat(print("POST", "/a", "x=2&x=1", "t", "b"))
        .isNotEqualTo(print("POST", "/a", "x=1&x=2", "t", "b"));
  }

  /** A key that is used for another variant of a match is used for another request. */
  @Test
  void theVariantOfAMatchIsPartOfTheRequest() {
    GatewayRequest request = request("POST", "/a", "x=1", "t", "b");
    CanonicalPath path = new CanonicalPath("/a", List.of("a"));
    assertThat(Fingerprint.of(request, path, "")).isEqualTo(Fingerprint.of(request, path));
    assertThat(Fingerprint.of(request, path, "version=2"))
        .isNotEqualTo(Fingerprint.of(request, path))
        .isNotEqualTo(Fingerprint.of(request, path, "version=3"));
  }

  private static Fingerprint print(
      String method, String path, String query, String type, String body) {
    CanonicalPath.Parsed parsed = CanonicalPath.parse(path);
    return Fingerprint.of(
        request(method, path, query, type, body), ((CanonicalPath.Parsed.Valid) parsed).path());
  }

  private static GatewayRequest request(
      String method, String path, String query, String type, String body) {
    List<Query.Parameter> parameters =
        List.of(query.split("&", -1)).stream()
            .map(pair -> pair.split("=", 2))
            .map(pair -> new Query.Parameter(pair[0], pair[1]))
            .toList();
    return new GatewayRequest(
        method,
        path,
        new Query(parameters),
        Headers.of("Content-Type", type),
        body.getBytes(UTF_8),
        Map.of(),
        "192.0.2.1",
        "r",
        "api.example.com");
  }
}

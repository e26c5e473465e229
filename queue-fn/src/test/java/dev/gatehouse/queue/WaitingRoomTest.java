package dev.gatehouse.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.identity.AccessFacts;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.queue.Admissions.Granted;
import dev.gatehouse.queue.Passes.Verified;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import dev.gatehouse.redis.ManualClock;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisAddress;
import dev.gatehouse.redis.RedisLogin;
import dev.gatehouse.redis.RedisOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pages of the waiting room as the function answers them; its lines are in memory. */
class WaitingRoomTest {
  private static final String ROOM = "/waiting-room/evt-1";
  private static final String SHOP = "https://app.example.com/buy";

  private final ManualClock clock = new ManualClock();
  private final Keyring keys = Rings.of(Rings.KEY);
  private final Passes passes = new Passes(keys, clock);
  private final Redis nobody = nobody();
  private OperatorTerms terms = OperatorTerms.NONE;
  private boolean answers = true;
  private final FrontDoor door = door();

  @AfterEach
  void end() {
    nobody.close();
  }

  @Test
  void thePageRunsOnlyItsOwnScript() throws IOException {
    Answer page =
        send(
            room()
                .query("return_to", SHOP + "/</script>")
                .header("Accept-Language", "ko-KR,en;q=0.5"));
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(page.header("Content-Language")).isEqualTo("ko");
    assertThat(page.header("Vary")).contains("Accept-Language");
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    Matcher nonce =
        Pattern.compile("script-src 'nonce-([A-Za-z0-9+/=]{24})'")
            .matcher(page.header("Content-Security-Policy"));
    assertThat(nonce.find()).isTrue();
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'")
        .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'");
    assertThat(page.body()).contains("<html lang=\"ko\">", "대기실", "nonce=\"" + nonce.group(1));
    assertThat(page.body())
        .doesNotContainPattern(
            "<(script|style)(?![^>]*nonce=\"" + Pattern.quote(nonce.group(1)) + ")")
        .doesNotContainPattern(" (on[a-z]+|style)=")
        .doesNotContain("{{", "/</script>");
    Answer second = send(room());
    assertThat(second.body()).contains("<html lang=\"en\">").doesNotContain(nonce.group(1));
  }

  @Test
  void aStrangersAddressIsNotInThePage() throws IOException {
    assertThat(send(room().query("return_to", "https://evil.example/")).body())
        .doesNotContain("evil.example")
        .contains("\"returnTo\":\"\"");
    assertThat(send(plain("come").query("return_to", "//evil.example")).body())
        .doesNotContain("evil.example");
  }

  @Test
  void anEventWithoutAQueueIsAPageForPeopleAndAProblemForPrograms() throws IOException {
    Call other = Call.of("GET", "/waiting-room/other");
    Answer problem = send(other);
    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.json().path("code").asText()).isEqualTo("NOT_FOUND");
    Answer page = send(other.header("Accept", "text/html,*/*;q=0.8"));
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.body()).contains("<h1>There is no queue here</h1>").doesNotContain("href=\"/");
    assertThat(page.header("Content-Security-Policy")).contains("script-src 'none'");
    Call odd = Call.of("GET", "/waiting-room/<b>{{script}}").header("Accept", "text/html");
    assertThat(send(odd).body()).doesNotContain("<b>").contains("&lt;b&gt;{{script}}");
  }

  @Test
  void withoutScriptsThePageReloadsAndEntersByALink() throws IOException {
    assertThat(send(room().query("return_to", SHOP)).body())
        .contains(
            "<noscript><meta http-equiv=\"refresh\" content=\"0; url=/waiting-room/evt-1"
                + "?plain=come&amp;return_to=https%3A%2F%2Fapp.example.com%2Fbuy\">");
    send(plain("come"));
    Answer joined = send(plain("come").query("return_to", SHOP));
    assertThat(joined.body())
        .contains("<p class=\"large\">0</p>", "<dd>1</dd>", "plain=wait", "http-equiv=\"refresh\"")
        .doesNotContain("plain=enter");
    clock.advance(Duration.ofSeconds(1));
    Call again = plain("wait").query("return_to", SHOP).header("Cookie", cookies(joined));
    Answer ready = send(again);
    assertThat(ready.body()).contains("It is your turn", "plain=enter", "<p class=\"large\">1:00");
    assertThat(ready.headers().has("Set-Cookie")).isFalse();
    Answer entered = send(again.query("plain", "enter"));
    assertThat(entered.status()).isEqualTo(303);
    String pass = entered.cookie("__Host-gh-pass");
    assertThat(passes.verify(pass)).isInstanceOf(Verified.Valid.class);
    assertThat(entered.header("Location")).isEqualTo(SHOP + "#reservation_token=" + pass);
    Answer inside = send(again);
    assertThat(inside.body()).contains("You are in", "Continue").doesNotContain("http-equiv");
    assertThat(send(again.query("plain", "enter")).header("Location"))
        .isEqualTo(entered.header("Location"));
  }

  @Test
  void anEndedPlaceIsSaidAndJoinedAgainOnlyWhenAsked() throws IOException {
    Answer joined = send(plain("come"));
    Call again = plain("wait").header("Cookie", cookies(joined));
    for (int seconds = 0; seconds < 60; seconds += 10) {
      assertThat(send(again).body()).contains("It is your turn");
      clock.advance(Duration.ofSeconds(10));
    }
    for (String mode : List.of("wait", "come", "enter")) {
      Answer ended = send(again.query("plain", mode));
      assertThat(ended.body()).contains("Your place has ended", "plain=join");
      assertThat(ended.headers().has("Set-Cookie")).isFalse();
    }
    Answer rejoined = send(again.query("plain", "join"));
    assertThat(rejoined.cookie("__Host-gh-ticket")).isNotEqualTo(joined.cookie("__Host-gh-ticket"));
    assertThat(rejoined.cookie("__Host-gh-visitor")).isEqualTo(joined.cookie("__Host-gh-visitor"));
  }

  @Test
  void aBrowserThatKeepsNoCookiesDoesNotFillTheLine() throws IOException {
    send(plain("come"));
    Answer lost = send(plain("wait"));
    assertThat(lost.body()).contains("Cookies are needed").doesNotContain("http-equiv");
    assertThat(lost.headers().has("Set-Cookie")).isFalse();
  }

  @Test
  void aMessageOfTheOperatorsIsTextAndNothingElse() throws IOException {
    Call again = plain("wait").header("Cookie", cookies(secondInLine()));
    change(LineState.PAUSED, "<b>back</b> at {{script}} 8");
    assertThat(send(again).body())
        .contains("The queue is paused", "&lt;b&gt;back&lt;/b&gt; at {{script}} 8", "<dd>1</dd>")
        .contains("Not known now");
    change(LineState.CLOSED, "sold out");
    assertThat(send(again).body())
        .contains("The queue is closed", "sold out", "http-equiv")
        .doesNotContain("<dd>");
    Answer refused = send(plain("come").header("Accept", "text/html"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("The queue is closed", "sold out", "plain=join");
  }

  @Test
  void inAnOutageThePlainPageTriesAgain() throws IOException {
    Call again = plain("wait").header("Cookie", cookies(secondInLine()));
    answers = false;
    clock.advance(TermsInForce.AGE);
    Answer outage =
        send(
            Call.of("GET", "/waiting-room/evt-2")
                .query("plain", "come")
                .header("Accept", "text/html"));
    assertThat(outage.status()).isEqualTo(503);
    assertThat(outage.body()).contains("Connection lost", "content=\"10; url=/waiting-room/evt-2");
    answers = true;
    assertThat(send(again).status()).isEqualTo(200);
  }

  private Answer secondInLine() throws IOException {
    send(plain("come"));
    return send(plain("come"));
  }

  private static Call room() {
    return Call.of("GET", ROOM);
  }

  private static Call plain(String mode) {
    return room().query("plain", mode);
  }

  private static String cookies(Answer joined) {
    return "__Host-gh-ticket="
        + joined.cookie("__Host-gh-ticket")
        + "; __Host-gh-visitor="
        + joined.cookie("__Host-gh-visitor");
  }

  private void change(LineState state, String message) {
    terms =
        new OperatorTerms(
            terms.version() + 1, state, Optional.empty(), Optional.empty(), message, Instant.EPOCH);
    clock.advance(TermsInForce.AGE);
  }

  private Answer send(Call call) throws IOException {
    return Answer.to(call, door);
  }

  private FrontDoor door() {
    InMemoryLines lines = new InMemoryLines(clock);
    Admissions admissions = (_, _, wanted, _) -> new Answered<>(new Granted.Entry(wanted));
    return QueueFunction.frontDoor(
        gateway(),
        new QueueFunction.Stores(lines, admissions, new Book(), new Slots(nobody, lines)),
        keys,
        new Revocations(_ -> new AccessFacts.Reading.Known(Map.of()), clock),
        clock);
  }

  private final class Book implements OperatorBook {
    @Override
    public Stored<OperatorTerms> read(Line line) {
      return answers ? new Answered<>(terms) : new Unavailable<>("asleep");
    }

    @Override
    public Stored<Boolean> write(Line line, OperatorTerms changed) {
      return new Unavailable<>("read-only");
    }
  }

  /** Nothing listens there: which slot was taken is not told. */
  private static Redis nobody() {
    return new Redis(
        RedisAddress.parse("redis://127.0.0.1:1"),
        _ -> new RedisLogin("nobody", ""),
        new RedisOptions(Duration.ofMillis(20), Duration.ofMillis(20), Optional.empty()),
        new ManualClock());
  }

  private static Gateway gateway() {
    String yaml =
        """
        name: shop
        cors: {origins: ["https://app.example.com"]}
        queues: {onsale: {events: [evt-*], admit: 1/s, capacity: 5}}
        services: {a: {url: "http://a.internal"}}
        routes: [{match: ANY /x, to: a, allow: public}]
        """;
    return switch (new GatewayReader().read(yaml, Map.of())) {
      case Reading.Valid valid -> valid.gateway();
      case Reading.Invalid invalid -> throw new AssertionError(invalid.faults());
    };
  }
}

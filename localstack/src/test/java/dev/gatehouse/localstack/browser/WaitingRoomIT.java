package dev.gatehouse.localstack.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The waiting room in a real browser, against a local run; an event of its own for each test. Each
 * state's pictures are in {@code target/screenshots}.
 */
final class WaitingRoomIT {
  private static final String ESCAPE = "\uE00C";
  private static final String ENTER = "\uE007";

  private static Chromium chromium;
  private static Shop shop;
  private static RoomRun run;

  private final String event = "evt-" + UUID.randomUUID().toString().substring(0, 8);
  private Page opened;

  @BeforeAll
  static void start() throws Exception {
    Optional<Chromium> found = Chromium.start();
    if (found.isEmpty()) {
      String missing =
          "no chromium and chromedriver on the PATH (expected: Debian's chromium and chromium-driver)";
      System.out.println("skipped: the waiting room in a browser: " + missing);
      if (Chromium.required()) {
        fail(missing);
      }
      abort(missing);
    }
    chromium = found.get();
    shop = Shop.start();
    run = RoomRun.start(shop.origin());
  }

  @AfterAll
  static void end() throws Exception {
    if (run != null) {
      run.close();
    }
    if (shop != null) {
      shop.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  /** The way of a signed-in visitor, and of the same visitor's second device. */
  @Test
  void aVisitorJoinsWaitsIsCalledEntersAndReserves() throws Exception {
    String inside = run.full(event);
    String ahead = run.join(event);
    String token = run.token("alice-" + event, "reservations:write");
    Page page = open("en-US,en", true);
    page.open(shop.origin() + "/");
    page.run("sessionStorage.token = '" + token + "'");

    page.open(room() + "#token=" + token);
    page.until("#state", "You are in the queue");
    page.until("#place", "2");
    assertThat(page.text("#ahead")).isEqualTo("1");
    assertThat(page.text("#eta")).isNotEmpty();
    assertThat(page.address()).doesNotContain("token");
    assertThat(page.title()).isEqualTo("2 · Waiting room");
    assertThat(page.run("return document.documentElement.lang").asText()).isEqualTo("en");
    page.pictures("waiting");

    String ticket =
        page.run("return localStorage['gatehouse:ticket:%s']".formatted(event)).asText();
    page.reload();
    page.until("#place", "2");
    assertThat(page.run("return localStorage['gatehouse:ticket:%s']".formatted(event)).asText())
        .isEqualTo(ticket);
    Page phone = chromium.page("en-US,en", true);
    phone.open(room() + "#token=" + token);
    phone.until("#place", "2");
    phone.close();

    run.look(ahead);
    run.leave(ahead);
    page.until("#place", "1");
    run.leave(inside);
    page.until("#state", "It is your turn");
    assertThat(page.text("#left")).matches("0:[45]\\d|1:00");
    assertThat(page.focused()).isEqualTo("enter");
    page.pictures("ready");
    assertThat(page.complaints()).isEmpty();

    page.press(ENTER);
    page.until("#result", "201 HOLD");
    assertThat(page.address()).startsWith(shop.origin()).contains("#reservation_token=");
    page.open(room());
    page.until("#state", "You are in");
    page.pictures("admitted");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void aPauseIsShownWithTheOperatorsMessageAndEndsByItself() throws Exception {
    String inside = run.full(event);
    Page page = waiting("en-US,en");
    run.operate(event, "{\"state\":\"paused\",\"message\":\"Payments are down. Back at 20:00.\"}");
    page.until("#state", "The queue is paused");
    assertThat(page.text("#words")).isEqualTo("Payments are down. Back at 20:00.");
    assertThat(page.text("#eta")).isEqualTo("Not known now");
    assertThat(page.text("#place")).isEqualTo("1");
    page.pictures("paused");
    run.operate(event, "{\"state\":\"open\"}");
    page.until("#state", "You are in the queue");
    assertThat(page.text("#message")).isEmpty();
    run.leave(inside);
    page.until("#state", "It is your turn");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void aClosedQueueKeepsWhoWaitsAndTakesNobodyNew() throws Exception {
    run.full(event);
    Page page = waiting("en-US,en");
    run.operate(event, "{\"state\":\"closed\",\"message\":\"Sold out\"}");
    page.until("#state", "The queue is closed");
    assertThat(page.text("#words")).isEqualTo("Sold out");
    assertThat(page.text("#waiting")).isEmpty();
    assertThat(page.complaints()).isEmpty();

    page.forget();
    page.open(room());
    page.until("#hint", "Nobody new can join at present.");
    assertThat(page.text("#words")).isEqualTo("Sold out");
    page.pictures("closed");
    assertThat(page.complaints()).singleElement().asString().contains("/join", "403");
    run.operate(event, "{\"state\":\"open\"}");
    page.click("#again");
    page.until("#state", "You are in the queue");
  }

  @Test
  void aLostConnectionIsSaidAndTheSamePlaceFoundAgain() throws Exception {
    run.full(event);
    Page page = waiting("en-US,en");
    page.connection(false);
    page.until("#state", "Connection lost");
    assertThat(page.text("#place")).isEqualTo("1");
    page.pictures("lost");
    page.connection(true);
    page.until("#state", "You are in the queue");
    assertThat(page.text("#place")).isEqualTo("1");
    assertThat(page.complaints()).allMatch(text -> text.contains("ERR_INTERNET_DISCONNECTED"));
  }

  @Test
  void leavingIsAskedAboutAndTheOpeningIsCountedDownTo() throws Exception {
    run.full(event);
    Page page = waiting("en-US,en");
    page.click("#leave");
    page.until("#leaving-title", "Leave the queue?");
    page.pictures("leaving");
    page.press(ESCAPE);
    page.until("#leaving-title", "");
    assertThat(page.text("#place")).isEqualTo("1");
    page.click("#leave");
    page.click("#go");
    page.until("#state", "You have left the queue");
    assertThat(page.focused()).isEqualTo("state");
    page.click("#again");
    page.until("#place", "1");

    page.open(run.url() + "/waiting-room/later-" + event);
    page.until("#state", "Not open yet");
    String left =
        page.until("#left", Pattern.compile("5\\d:\\d\\d|1:00:\\d\\d").asMatchPredicate());
    page.until("#left", text -> !text.equals(left));
    assertThat(page.text("#when")).isNotEmpty();
    page.pictures("prequeue");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void koreanIsSpokenToWhoeverAsksForIt() throws Exception {
    String inside = run.full(event);
    Page page = waiting("ko-KR,ko");
    assertThat(page.run("return document.documentElement.lang").asText()).isEqualTo("ko");
    assertThat(page.text("#state")).isEqualTo("대기 중입니다");
    page.pictures("waiting-ko");
    run.leave(inside);
    page.until("#state", "입장하실 차례입니다");
    page.pictures("ready-ko");
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void withoutScriptsThePageReloadsItselfAndEnters() throws Exception {
    String inside = run.full(event);
    Page page = open("en-US,en", false);
    page.open(room());
    page.until("h1", "You are in the queue");
    page.until("dd", "1");
    page.pictures("plain-waiting");
    run.leave(inside);
    page.until("h1", "It is your turn");
    page.pictures("plain-ready");
    page.click(".button");
    page.until("h1", "reserving");
    assertThat(page.address()).startsWith(shop.origin()).contains("#reservation_token=");
    page.open(run.url() + "/waiting-room/nothing");
    page.until("h1", "There is no queue here");
    page.pictures("unknown");
  }

  /** A visitor without a name, second after the one inside. */
  private Page waiting(String languages) throws Exception {
    Page page = open(languages, true);
    page.open(room());
    page.until("#place", "1");
    return page;
  }

  private Page open(String languages, boolean scripts) throws Exception {
    opened = chromium.page(languages, scripts);
    return opened;
  }

  /** The page, with the way back to the shop. */
  private String room() {
    String back = shop.origin() + "/?gateway=" + run.url() + "&event=" + event;
    return run.url()
        + "/waiting-room/"
        + event
        + "?return_to="
        + URLEncoder.encode(back, StandardCharsets.UTF_8);
  }
}

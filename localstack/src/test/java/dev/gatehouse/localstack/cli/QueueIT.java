package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatehouse.localstack.cli.QueueRun.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Virtual queues over real HTTP: visitors, operators, and the back end's own record. */
final class QueueIT {
  private static QueueRun gateway;

  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String small = "small-" + id;

  @BeforeAll
  static void start() {
    gateway = QueueRun.start();
  }

  @AfterAll
  static void end() {
    gateway.close();
  }

  @BeforeEach
  void forget() throws Exception {
    gateway.seen();
  }

  @Test
  void whoIsCalledEntersAndNobodyElseReachesTheBackEnd() throws Exception {
    String alice = gateway.bearer("alice-" + id, "");
    String bob = gateway.bearer("bob-" + id, "");
    String alicePass = gateway.enter(gateway.join(small, alice)).text("reservation_token");
    String ticket = gateway.join(small, bob);
    Answer status = gateway.status(ticket);
    assertThat(status.text("status")).isEqualTo("waiting");
    assertThat(status.json().path("position").asLong()).isEqualTo(1);
    gateway.enter(ticket).problem(403, "NOT_READY");
    refused(buy(small, bob, ""), "missing");
    refused(buy(small, bob, alicePass), "another holder's");
    refused(
        buy(small, bob, alicePass.substring(0, alicePass.length() - 6) + "AAAAAA"),
        "not one of ours");
    refused(buy(small, alice, ticket), "not one of ours");
    refused(buy("small-other", alice, alicePass), "another event's");
    String elsewhere = "evt-" + id;
    String foreign = gateway.enter(gateway.join(elsewhere, alice)).text("reservation_token");
    refused(buy(small, alice, foreign), "another queue's");
    assertThat(gateway.seen()).isEmpty();

    assertThat(buy(small, alice, alicePass).status()).isEqualTo(200);
    Answer confirmed =
        gateway.send("POST", "/confirm", "{}", "Authorization", alice, "X-Queue-Pass", alicePass);
    assertThat(confirmed.status()).isEqualTo(200);
    assertThat(gateway.seen()).hasSize(2);

    assertThat(gateway.until("ready", ticket).json().path("ready_for_entry").asBoolean()).isTrue();
    Answer entered = gateway.enter(ticket);
    assertThat(gateway.enter(ticket).text("reservation_token"))
        .isEqualTo(entered.text("reservation_token"));
    assertThat(buy(small, bob, entered.text("reservation_token")).status()).isEqualTo(200);
    refused(buy(small, alice, entered.text("reservation_token")), "another holder's");
    assertThat(gateway.seen()).hasSize(1);
  }

  @Test
  void visitorsWithoutANameAreKnownByTheirCookie() throws Exception {
    for (String[] way :
        new String[][] {{"evt-" + id, "/events/evt-" + id + "/seats"}, {"single", "/open"}}) {
      Answer joined = gateway.send("POST", QueueRun.JOIN, "{\"event_id\":\"" + way[0] + "\"}");
      String visitor = "__Host-gh-visitor=" + joined.cookie("__Host-gh-visitor");
      Answer entered = gateway.enter(joined.text("waiting_token"));
      String pass = "__Host-gh-pass=" + entered.cookie("__Host-gh-pass");
      refused(gateway.send("GET", way[1], ""), "missing");
      refused(gateway.send("GET", way[1], "", "Cookie", pass), "another holder's");
      assertThat(gateway.seen()).isEmpty();
      Answer opened = gateway.send("GET", way[1], "", "Cookie", visitor + "; " + pass);
      assertThat(opened.status()).as(opened.body()).isEqualTo(200);
      assertThat(gateway.seen()).hasSize(1);
    }
  }

  @Test
  void operatorsSteerALineByHttpAndFromTheCommandLine() throws Exception {
    String inside = gateway.join(small, gateway.bearer("inside-" + id, ""));
    gateway.enter(inside);
    String waits = gateway.join(small, gateway.bearer("waits-" + id, ""));
    queue("pause", "--message", "five minutes");
    Answer paused = gateway.status(waits);
    assertThat(paused.text("status")).isEqualTo("paused");
    assertThat(paused.text("message")).isEqualTo("five minutes");
    queue("set", "--capacity", "2", "--admit", "10/s");
    assertThat(gateway.status(waits).text("status")).isEqualTo("paused");
    queue("drain");
    gateway.until("ready", waits);
    Answer late = join("late-");
    late.problem(403, "ACCESS_DENIED");
    assertThat(late.text("state")).isEqualTo("drain");
    queue("open");
    String next = join("next-").text("waiting_token");
    assertThat(gateway.status(next).text("status")).isEqualTo("waiting");
    JsonNode changed = gateway.admin("PUT", small, "{\"capacity\":5,\"admit\":\"1/1h\"}");
    assertThat(changed.path("capacity").asLong()).isEqualTo(5);
    String last = join("last-").text("waiting_token");
    assertThat(queue("admit", "1").out()).contains("1 called");
    assertThat(List.of(gateway.status(next).text("status"), gateway.status(last).text("status")))
        .contains("ready");
    assertThat(queue("watch", "--times", "1").out()).contains(small, "open");
    assertThat(gateway.admin("GET", small, "").path("called").asLong()).isGreaterThanOrEqualTo(2);
    queue("close", "--message", "sold out");
    Answer refused = join("nobody-");
    refused.problem(403, "ACCESS_DENIED");
    assertThat(refused.text("message")).isEqualTo("sold out");
    Answer eve =
        gateway.send(
            "GET", "/admin/queues/" + small, "", "Authorization", gateway.bearer("eve", ""));
    eve.problem(403, "ACCESS_DENIED");
  }

  /** Q6, Q9: 45 s after the loss the order is the order before, and whoever is inside stays. */
  @Test
  void aLineSurvivesTheLossOfRedis() throws Exception {
    String inside = gateway.join(small, gateway.bearer("in-" + id, ""));
    String pass = gateway.enter(inside).text("reservation_token");
    List<String> tickets = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      tickets.add(join("w" + i + "-").text("waiting_token"));
    }
    gateway.control("PUT", "redis", "{\"state\":\"flush\"}");
    for (int i = 4; i >= 0; i--) {
      assertThat(gateway.status(tickets.get(i)).text("status")).isEqualTo("waiting");
    }
    String late = join("late-").text("waiting_token");
    tickets.add(late);
    Answer again = gateway.enter(inside);
    Instant end = Instant.now().plusSeconds(80);
    while (again.status() != 200 && Instant.now().isBefore(end)) {
      for (String ticket : tickets.reversed()) {
        gateway.status(ticket);
      }
      again = gateway.enter(inside);
    }
    assertThat(again.text("reservation_token")).isEqualTo(pass);
    List<Long> positions = new ArrayList<>();
    for (String ticket : tickets) {
      positions.add(gateway.status(ticket).json().path("position").asLong(-1));
    }
    System.out.println("Q9: positions after a FLUSHALL in the middle: " + positions);
    assertThat(positions).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  /** Q3: what the back end has counted is never more than bucket and rate allow. */
  @Test
  void fiveThousandWhoHammerAreLetInAtTheRate() throws Exception {
    String event = "evt-hammer-" + id;
    gateway.admin("PUT", event, "{\"state\":\"paused\"}");
    ConcurrentMap<Integer, String> tickets = new ConcurrentHashMap<>();
    ConcurrentMap<Integer, String> cookies = new ConcurrentHashMap<>();
    QueueRun.parallel(
        5_000,
        i -> {
          Answer joined = gateway.send("POST", QueueRun.JOIN, "{\"event_id\":\"" + event + "\"}");
          tickets.put(i, joined.text("waiting_token"));
          cookies.put(i, "__Host-gh-visitor=" + joined.cookie("__Host-gh-visitor"));
        });
    gateway.seen();
    Instant opened = Instant.now();
    gateway.admin("PUT", event, "{\"state\":\"open\",\"admit\":\"50/s\"}");
    ConcurrentMap<Integer, String> passes = new ConcurrentHashMap<>();
    Queue<Double> entries = new ConcurrentLinkedQueue<>();
    NavigableSet<Integer> heads = new ConcurrentSkipListSet<>(tickets.keySet());
    AtomicInteger next = new AtomicInteger();
    Instant end = opened.plusSeconds(6);
    QueueRun.parallel(
        8,
        _ -> {
          while (Instant.now().isBefore(end)) {
            int attempt = next.getAndIncrement();
            boolean head = attempt % 4 != 0; // asks more often than the others
            int i = head ? heads.pollFirst() : attempt * 7 % 5_000;
            Answer answer = gateway.enter(tickets.getOrDefault(i, ""));
            if (answer.status() == 200) {
              if (passes.put(i, answer.text("reservation_token")) == null) {
                entries.add(Duration.between(opened, Instant.now()).toMillis() / 1e3);
              }
            } else if (head) {
              heads.add(i);
            }
          }
        });
    double seconds = Duration.between(opened, Instant.now()).toMillis() / 1e3;
    List<Integer> inside = List.copyOf(passes.keySet());
    QueueRun.parallel(
        inside.size() + 100, // and a hundred who were not called, with somebody's pass
        i -> {
          int visitor = i < inside.size() ? inside.get(i) : 4_999 - i;
          String pass = "; __Host-gh-pass=" + passes.get(inside.get(i % inside.size()));
          gateway.send(
              "GET", "/events/" + event + "/seats", "", "Cookie", cookies.get(visitor) + pass);
        });
    int seen = gateway.seen().size();
    System.out.printf(
        Locale.ROOT,
        "Q3: %d attempts by 5000 clients in %.1f s: the back end counted %d (bound: %.0f)%n",
        next.get(),
        seconds,
        seen,
        50 + 50 * seconds);
    assertThat(seen).isEqualTo(inside.size()).isPositive();
    assertThat((double) seen).isLessThanOrEqualTo(50 + 50 * seconds + 1);
    List<Double> sorted = entries.stream().sorted().toList();
    for (int i = 0; i < sorted.size(); i++) { // at each moment, not only in the end
      assertThat(i + 1.0).isLessThanOrEqualTo(50 + 50 * sorted.get(i) + 1);
    }
    assertThat(next.get()).isGreaterThan(seen);
  }

  /** Nobody is called to a service whose circuit is open, and all again once it is closed. */
  @Test
  void nobodyIsCalledToAServiceThatIsLeftAlone() throws Exception {
    String event = "fragile-" + id;
    Answer joined = gateway.send("POST", QueueRun.JOIN, "{\"event_id\":\"" + event + "\"}");
    Answer entered = gateway.enter(joined.text("waiting_token"));
    String cookies =
        "__Host-gh-visitor=%s; __Host-gh-pass=%s"
            .formatted(joined.cookie("__Host-gh-visitor"), entered.cookie("__Host-gh-pass"));
    gateway.control("PUT", "upstreams/fragile/behaviour", "{\"status\":500}");
    Answer failed = gateway.send("GET", "/fragile/" + event + "/seats", "", "Cookie", cookies);
    for (int i = 0; i < 20 && failed.status() == 500; i++) {
      failed = gateway.send("GET", "/fragile/" + event + "/seats", "", "Cookie", cookies);
    }
    failed.problem(503, "CIRCUIT_OPEN");
    gateway.control("DELETE", "upstreams/fragile/requests", "");

    String ticket = "";
    Answer waits = entered;
    Instant end = Instant.now().plusSeconds(10); // how the circuit stands is asked now and then
    // Until then, who comes before the next one is called has a time to wait as well.
    while (!waits.json().path("eta_sec").isNull() && Instant.now().isBefore(end)) {
      waits = gateway.send("POST", QueueRun.JOIN, "{\"event_id\":\"" + event + "\"}");
      ticket = waits.text("waiting_token");
    }
    assertThat(waits.text("status")).isEqualTo("waiting");
    assertThat(waits.json().path("eta_sec").isNull()).as(waits.body()).isTrue();
    gateway.enter(ticket).problem(403, "NOT_READY");
    assertThat(gateway.send("GET", "/_local/upstreams/fragile/requests", "").json()).isEmpty();

    gateway.control("DELETE", "upstreams/fragile/behaviour", "");
    Answer closed =
        gateway.send(
            "PUT",
            "/admin/services/fragile",
            "{\"state\":\"closed\"}",
            "Authorization",
            "Bearer " + gateway.operator());
    assertThat(closed.status()).as(closed.body()).isEqualTo(200);
    gateway.until("ready", ticket);
    assertThat(gateway.enter(ticket).status()).isEqualTo(200);
  }

  /** A replayed confirmation is old: its caller may have come in again since. */
  @Test
  void aReplayedAnswerGivesNoSlotBack() throws Exception {
    String alice = gateway.bearer("alice-" + id, "");
    String key = UUID.randomUUID().toString();
    gateway.enter(gateway.join(small, alice));
    assertThat(confirm(alice, key).response().headers().firstValue("Idempotent-Replayed"))
        .isEmpty();
    String again = gateway.join(small, alice);
    gateway.until("ready", again);
    assertThat(gateway.enter(again).status()).isEqualTo(200);
    String waits = gateway.join(small, gateway.bearer("bob-" + id, ""));

    assertThat(confirm(alice, key).response().headers().firstValue("Idempotent-Replayed"))
        .contains("true");
    assertThat(gateway.status(waits).text("status")).isEqualTo("waiting");

    confirm(alice, UUID.randomUUID().toString());
    gateway.until("ready", waits);
  }

  private static Answer confirm(String bearer, String key) throws Exception {
    Answer confirmed =
        gateway.send("POST", "/confirm", "{}", "Authorization", bearer, "Idempotency-Key", key);
    assertThat(confirmed.status()).as(confirmed.body()).isEqualTo(200);
    return confirmed;
  }

  private Answer join(String name) throws Exception {
    return gateway.send(
        "POST",
        QueueRun.JOIN,
        "{\"event_id\":\"" + small + "\"}",
        "Authorization",
        gateway.bearer(name + id, ""));
  }

  private AccessRun.Said queue(String command, String... more) throws Exception {
    List<String> line = new ArrayList<>(List.of("queue", command, small));
    line.addAll(List.of(more));
    line.addAll(List.of("--url", gateway.url(), "--token", gateway.operator()));
    AccessRun.Said said = AccessRun.gatehouse(line.toArray(String[]::new));
    assertThat(said.exit()).as(said.err()).isZero();
    return said;
  }

  private static Answer buy(String event, String bearer, String pass) throws Exception {
    String body = "{\"event_id\":\"" + event + "\"}";
    return pass.isEmpty()
        ? gateway.send("POST", "/buy", body, "Authorization", bearer)
        : gateway.send("POST", "/buy", body, "Authorization", bearer, "X-Queue-Pass", pass);
  }

  private static void refused(Answer answer, String why) {
    answer.problem(403, "QUEUE_PASS_REQUIRED");
    assertThat(answer.text("pass")).isEqualTo(why);
  }
}

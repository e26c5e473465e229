package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatehouse.redis.ManualClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class QueueViewTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ManualClock clock = new ManualClock();

  private static JsonNode state(String state, long active, long total) throws IOException {
    String json =
        """
        {"event_id":"evt-1","queue":"onsale","state":"%s","waiting":1100,"called":2,"active":%d,"capacity":12,
         "rate_per_sec":50.0,"calls_per_sec_1m":2.5,"called_total":%d,"message":"soon"}
        """
            .formatted(state, active, total);
    return new ObjectMapper().readTree(json);
  }

  private static QueueView view(String state, long active, long total, long nanos)
      throws IOException {
    return QueueView.of(state(state, active, total), nanos);
  }

  @Test
  void aLineIsShownWithWhatWasServedSinceTheViewBefore() throws IOException {
    QueueView before = view("open", 3, 22, 1_000_000_000L);
    QueueView view = view("open", 4, 30, 3_000_000_000L);
    assertThat(view.text(Optional.of(before)).lines())
        .containsExactly(
            "onsale / evt-1       open (soon)",
            "waiting              1,100",
            "called               2",
            "active               4",
            "inside of capacity   6 of 12  [##########..........]",
            "served per second    4.0 now, 2.5 over a minute (rate: 50.0)",
            "wait at the end      about 22 s");
    assertThat(view.line(Optional.of(before)))
        .isEqualTo(
            "onsale/evt-1 open waiting=1100 called=2 active=4 capacity=12 served_per_sec=4.0"
                + " rate_per_sec=50.0 wait_sec=22 message=\"soon\"");
  }

  @Test
  void aFullLineMovesAtItsMeasuredPaceAndAPausedOneAtNone() throws IOException {
    assertThat(view("open", 10, 1, 1).text(Optional.empty())).endsWith("about 8 min");
    assertThat(view("paused", 3, 1, 1).text(Optional.empty())).endsWith("unknown");
    assertThat(view("paused", 3, 1, 1).line(Optional.empty())).contains("wait_sec=unknown");
  }

  @Test
  void inALogEachChangeIsOneLineAndAFaultIsToldOnce() throws Exception {
    JsonNode open = state("open", 3, 1);
    ConnectException refused = new ConnectException("nothing listens there");
    watch(
        new QueueDisplay.Lines(writer(out), writer(err), false, clock),
        List.of(open, open, refused, refused, open, state("paused", 3, 1)));
    assertThat(out.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("2026-11-22T00:00:00Z onsale/evt-1 "))
        .last()
        .asString()
        .contains(" paused ");
    assertThat(err.toString().lines())
        .containsExactly("2026-11-22T00:00:00Z nothing listens there; trying again");
  }

  @Test
  void aProgramGetsTheAnswersThemselves() throws Exception {
    JsonNode open = state("open", 3, 1);
    watch(new QueueDisplay.Lines(writer(out), writer(err), true, clock), List.of(open, open));
    assertThat(out.toString().strip()).isEqualTo(open.toString());
  }

  @Test
  void aTerminalIsDrawnOverAndComesBackAsItWas() throws Exception {
    QueueDisplay live = new QueueDisplay.Live(writer(out), clock);
    watch(live, List.of(state("open", 3, 1), new IOException("503"), state("closed", 4, 9)));
    String screen = out.toString();
    assertThat(screen).startsWith("\u001b[?1049h\u001b[?25l\u001b[H").contains("503; trying again");
    live.close();
    live.close();
    live.show(state("open", 3, 1), view("open", 3, 1, 1));
    assertThat(out.toString().substring(screen.length()))
        .startsWith("\u001b[?25h\u001b[?1049lonsale / evt-1       closed (soon)")
        .doesNotContain("open (soon)");
  }

  /** Each is answered or thrown, in this order. */
  private static void watch(QueueDisplay display, List<Object> answers) throws Exception {
    Queue<Object> left = new ArrayDeque<>(answers);
    QueueWatch.Source source =
        () -> {
          Object next = left.remove();
          if (next instanceof IOException fault) {
            throw fault;
          }
          return (JsonNode) next;
        };
    new QueueWatch(source, display, Duration.ZERO, answers.size()).run(source.state());
  }

  private static PrintWriter writer(StringWriter text) {
    return new PrintWriter(text, true);
  }
}

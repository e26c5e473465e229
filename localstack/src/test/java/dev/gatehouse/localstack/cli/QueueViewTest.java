package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class QueueViewTest {
  private static QueueView view(String state, long active, long total, long nanos)
      throws Exception {
    String json =
        """
        {"event_id":"evt-1","queue":"onsale","state":"%s","waiting":100,"called":2,"active":%d,"capacity":12,
         "rate_per_sec":5.0,"calls_per_sec_1m":2.5,"called_total":%d,"message":"soon"}
        """
            .formatted(state, active, total);
    return QueueView.of(new ObjectMapper().readTree(json), nanos);
  }

  @Test
  void aLineIsShownWithWhatWasCalledSinceTheViewBefore() throws Exception {
    String text = view("open", 3, 30, 3_000_000_000L).text(view("open", 3, 22, 1_000_000_000L));
    assertThat(text.lines())
        .containsExactly(
            "onsale / evt-1       open (soon)",
            "waiting              100",
            "called               2",
            "active               3 (called and active: at most 12)",
            "called per second    4.0 now, 2.5 over a minute (rate: 5.0)",
            "wait at the end      about 20 s");
  }

  @Test
  void aFullLineMovesAtItsMeasuredPaceAndAPausedOneAtNone() throws Exception {
    assertThat(view("open", 10, 1, 1).text(QueueView.NONE)).endsWith("about 40 s");
    assertThat(view("paused", 3, 1, 1).text(QueueView.NONE)).endsWith("unknown");
  }
}

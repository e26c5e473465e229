package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;

/**
 * Asks for a line's state again and again; an answer that does not come is told and asked for
 * again.
 *
 * @param times how often in all; 0 without end
 */
record QueueWatch(Source source, QueueDisplay display, Duration pause, int times) {

  /** Where states come from. */
  @FunctionalInterface
  interface Source {
    JsonNode state() throws IOException, InterruptedException;
  }

  /**
   * @param first an answer that is there already
   */
  void run(JsonNode first) throws InterruptedException {
    display.show(first, QueueView.of(first, System.nanoTime()));
    for (int asked = 1; times == 0 || asked < times; asked++) {
      Thread.sleep(pause);
      try {
        JsonNode state = source.state();
        display.show(state, QueueView.of(state, System.nanoTime()));
      } catch (IOException e) {
        display.fail(String.valueOf(e.getMessage()));
      }
    }
  }
}

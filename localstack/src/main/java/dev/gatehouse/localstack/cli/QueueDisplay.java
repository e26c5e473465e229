package dev.gatehouse.localstack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a watched line is shown, answer after answer. */
sealed interface QueueDisplay extends AutoCloseable {
  void show(JsonNode answer, QueueView view);

  /** There was no answer; the next may come. */
  void fail(String reason);

  /** Nothing is shown after this. */
  @Override
  void close();

  /**
   * The whole screen of a terminal, drawn over and over (ECMA-48, and the alternate screen of
   * xterm), which comes back as it was.
   */
  final class Live implements QueueDisplay {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final String OPEN = "\u001b[?1049h\u001b[?25l";
    private static final String HOME = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String CLOSE = "\u001b[?25h\u001b[?1049l";

    private final PrintWriter out;
    private final InstantSource clock;
    private Optional<QueueView> last = Optional.empty();
    private String text = "";
    private String seen = "";
    private boolean opened;
    private boolean closed;

    Live(PrintWriter out, InstantSource clock) {
      this.out = out;
      this.clock = clock;
    }

    @Override
    public synchronized void show(JsonNode answer, QueueView view) {
      text = view.text(last);
      last = Optional.of(view);
      seen = time();
      draw(seen + "   Ctrl-C ends");
    }

    @Override
    public synchronized void fail(String reason) {
      draw("as of " + seen + "   " + time() + " " + reason + "; trying again");
    }

    /** May come from the end of the process, while an answer is being drawn. */
    @Override
    public synchronized void close() {
      if (opened && !closed) {
        out.print(CLOSE);
        out.println(text);
        out.flush();
      }
      closed = true;
    }

    private void draw(String foot) {
      if (closed) {
        return;
      }
      StringBuilder screen = new StringBuilder(opened ? HOME : OPEN + HOME);
      opened = true;
      Stream.concat(text.lines(), Stream.concat(Stream.of(""), foot.lines()))
          .forEach(line -> screen.append(line).append(END_OF_LINE).append("\r\n"));
      out.print(screen.append(CLEAR_BELOW));
      out.flush();
    }

    private String time() {
      return TIME.format(LocalTime.ofInstant(clock.instant(), ZoneId.systemDefault()));
    }
  }

  /** A line for each change, for logs and pipes; faults go to stderr. */
  final class Lines implements QueueDisplay {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final InstantSource clock;
    private Optional<QueueView> last = Optional.empty();
    private Optional<QueueView> printed = Optional.empty();
    private String fault = "";

    /**
     * @param json the gateway's answers as they are
     */
    Lines(PrintWriter out, PrintWriter err, boolean json, InstantSource clock) {
      this.out = out;
      this.err = err;
      this.json = json;
      this.clock = clock;
    }

    @Override
    public void show(JsonNode answer, QueueView view) {
      if (printed.filter(view::equalsBut).isEmpty()) {
        out.println(json ? answer.toString() : time() + " " + view.line(last));
        out.flush();
        printed = Optional.of(view);
      }
      last = Optional.of(view);
      fault = "";
    }

    @Override
    public void fail(String reason) {
      if (!reason.equals(fault)) {
        err.println(time() + " " + reason + "; trying again");
        err.flush();
        fault = reason;
      }
    }

    @Override
    public void close() {
      out.flush();
    }

    private String time() {
      return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }
  }
}

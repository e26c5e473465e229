package dev.gatehouse.localstack;

import java.io.PrintStream;
import java.util.Locale;

/** What a run is doing, line by line, with the seconds since its start. */
public final class Progress {
  private final PrintStream out;
  private final long beganNanos = System.nanoTime();

  public Progress(PrintStream out) {
    this.out = out;
  }

  void say(String line) {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    out.printf(Locale.ROOT, "%5.1fs  %s%n", seconds, line);
  }

  /** What another program said, as it said it. */
  void quote(String text) {
    out.print(text);
  }
}

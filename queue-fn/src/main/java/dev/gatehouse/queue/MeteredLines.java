package dev.gatehouse.queue;

import dev.gatehouse.queue.Standing.Moves;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.Instant;
import java.util.Optional;

/**
 * Lines whose calls and expired places are counted: whoever comes moves others, so their sum over
 * all environments is what the lines have moved.
 */
record MeteredLines(Lines lines, GatewayMetrics metrics) implements Lines {
  @Override
  public Told join(Line line, Terms terms, String subject) {
    return counted(line, lines.join(line, terms, subject));
  }

  @Override
  public Told look(Line line, Terms terms, Place place) {
    return counted(line, lines.look(line, terms, place));
  }

  @Override
  public Told enter(Line line, Terms terms, Place place, Optional<Instant> session) {
    return counted(line, lines.enter(line, terms, place, session));
  }

  @Override
  public Told leave(Line line, Terms terms, Place place) {
    return counted(line, lines.leave(line, terms, place));
  }

  @Override
  public Told release(Line line, Terms terms, Place place) {
    return counted(line, lines.release(line, terms, place));
  }

  @Override
  public Told board(Line line, Terms terms) {
    return counted(line, lines.board(line, terms));
  }

  @Override
  public Told admit(Line line, Terms terms, int number) {
    return counted(line, lines.admit(line, terms, number));
  }

  @Override
  public Told forget(Line line, Terms terms) {
    return lines.forget(line, terms);
  }

  private Told counted(Line line, Told told) {
    if (told instanceof Told.Known(Standing standing)) {
      Moves moves = standing.moves();
      metrics.queueMoved(line.queue(), "called", moves.called());
      metrics.queueMoved(line.queue(), "expired", moves.expired());
    }
    return told;
  }
}

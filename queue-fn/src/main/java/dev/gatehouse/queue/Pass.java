package dev.gatehouse.queue;

import java.time.Instant;

/**
 * The right to use the routes behind a queue for a while: what the holder of a called ticket gets
 * when it enters.
 *
 * @param sequence of the ticket
 * @param from the begin of the session
 * @param until its end
 */
public record Pass(
    String queue, String event, Holder holder, long sequence, Instant from, Instant until) {
  static Pass of(Ticket ticket, Admissions.Session session) {
    return new Pass(
        ticket.line().queue(),
        ticket.line().event(),
        ticket.holder(),
        session.sequence(),
        session.from(),
        session.until());
  }

  Line line() {
    return new Line(queue, event);
  }
}

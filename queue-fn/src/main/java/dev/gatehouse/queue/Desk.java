package dev.gatehouse.queue;

import dev.gatehouse.config.Queue;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.queue.Admissions.Granted;
import dev.gatehouse.queue.Admissions.Session;
import dev.gatehouse.queue.Lines.Told;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.queue.Stored.Answered;
import dev.gatehouse.queue.Stored.Unavailable;
import dev.gatehouse.queue.TermsInForce.Current;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What visitors can do: join a line, look, enter, leave, and read the board. */
final class Desk {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
  private static final int LONGEST_EVENT = 128;

  private final Collection<Queue> queues;
  private final Lines lines;
  private final TermsInForce terms;
  private final Admissions admissions;
  private final Slots slots;
  private final InstantSource clock;

  Desk(
      Collection<Queue> queues,
      Lines lines,
      TermsInForce terms,
      Admissions admissions,
      Slots slots,
      InstantSource clock) {
    this.queues = List.copyOf(queues);
    this.lines = lines;
    this.terms = terms;
    this.admissions = admissions;
    this.slots = slots;
    this.clock = clock;
  }

  /** An event's line with its queue. */
  record Served(Queue queue, Line line) {}

  /** A standing with the terms under which it was found. */
  record Found(Served served, Standing standing, Current current) {
    Eta eta() {
      return Eta.of(standing, current.terms());
    }

    Found spent() {
      return new Found(served, standing.spent(), current);
    }
  }

  /** How an attempt to enter ends. */
  sealed interface Entry {
    record Granted(Found found, Session session) implements Entry {}

    record NotYet(Found found) implements Entry {}

    /** The ticket cannot be used any more. */
    record Expired() implements Entry {}
  }

  /**
   * The line of an event.
   *
   * @throws GatewayException NOT_FOUND
   */
  Served served(String event) {
    return Optional.of(event)
        .filter(name -> !name.isEmpty() && name.length() <= LONGEST_EVENT)
        .filter(name -> name.chars().allMatch(Desk::isEventMark))
        .flatMap(name -> Queue.serving(queues, name))
        .map(queue -> new Served(queue, new Line(queue.name(), event)))
        .orElseThrow(
            () -> new GatewayException(ErrorCode.NOT_FOUND, "There is no queue for this event."));
  }

  /** The line of a ticket, unless gateway.yaml no longer has it. */
  Served served(Ticket ticket) {
    Served served = served(ticket.line().event());
    if (!served.line().equals(ticket.line())) {
      throw new GatewayException(ErrorCode.NOT_FOUND, "There is no queue for this ticket.");
    }
    return served;
  }

  /**
   * The holder's one place.
   *
   * @throws GatewayException ACCESS_DENIED where nobody may join at present
   */
  Found join(Served served, Holder holder) {
    Current current = terms.of(served.queue(), served.line());
    Found found = found(served, current, lines.join(served.line(), current.terms(), holder.key()));
    if (found.standing().stage() == Stage.NONE) {
      String state = found.standing().line().state().word();
      String message = found.current().operators().message();
      throw new GatewayException(
          ErrorCode.ACCESS_DENIED,
          "The queue takes nobody at present.",
          Map.of("state", state, "message", message));
    }
    return found;
  }

  /** The ticket's place; stage SPENT where there is none for it. */
  Found look(Served served, Ticket ticket) {
    return used(served, ticket, terms -> lines.look(served.line(), terms, ticket.place()));
  }

  Entry enter(Served served, Ticket ticket) {
    Found found =
        used(
            served,
            ticket,
            terms -> lines.enter(served.line(), terms, ticket.place(), Optional.empty()));
    return switch (found.standing().stage()) {
      case ACTIVE -> granted(found, ticket.holder());
      case WAITING, CALLED -> new Entry.NotYet(found);
      case NONE, SPENT -> new Entry.Expired();
    };
  }

  /**
   * What an operation finds for a ticket; stage SPENT for one that cannot be used any more. A line
   * does not hear of such a ticket, unless its end was not known here yet.
   */
  private Found used(Served served, Ticket ticket, Function<Terms, Told> operation) {
    Current current = terms.of(served.queue(), served.line());
    if (!usable(ticket, current, clock.instant())) {
      return board(served).spent();
    }
    Found found = found(served, current, operation.apply(current.terms()));
    if (usable(ticket, found.current(), found.standing().now())) {
      return found;
    }
    lines.leave(served.line(), current.terms(), ticket.place());
    return found.spent();
  }

  Found leave(Served served, Ticket ticket) {
    Current current = terms.of(served.queue(), served.line());
    return found(served, current, lines.leave(served.line(), current.terms(), ticket.place()));
  }

  Found board(Served served) {
    Current current = terms.of(served.queue(), served.line());
    return found(served, current, lines.board(served.line(), current.terms()));
  }

  /** Redis has let the holder in; whether it had been let in before is known here alone. */
  private Entry granted(Found found, Holder holder) {
    Standing standing = found.standing();
    Line line = found.served().line();
    Instant begin = standing.ends().minus(found.current().terms().session());
    Session wanted =
        new Session(
            standing.sequence(),
            begin.isAfter(standing.now()) ? standing.now() : begin,
            standing.ends());
    return switch (admissions.grant(line, holder, wanted, standing.now())) {
      case Answered<Granted>(Granted.Entry(Session session)) -> entered(found, holder, session);
      case Answered<Granted>(Granted.UsedUp()) -> {
        lines.leave(
            line, found.current().terms(), new Lines.Place(holder.key(), standing.sequence()));
        yield new Entry.Expired();
      }
      case Unavailable<Granted>(String reason) -> throw unavailable(reason);
    };
  }

  /** The line follows the record: a session that lives already ends when it would have. */
  private Entry entered(Found found, Holder holder, Session session) {
    Standing standing = found.standing();
    Line line = found.served().line();
    Lines.Place place = new Lines.Place(holder.key(), standing.sequence());
    if (!session.until().equals(standing.ends())) {
      lines.enter(line, found.current().terms(), place, Optional.of(session.until()));
    }
    slots.taken(line, place, Duration.between(standing.now(), session.until()));
    return new Entry.Granted(found, session);
  }

  private static boolean usable(Ticket ticket, Current current, Instant now) {
    return ticket.lives(current.terms().opening(), now) && !current.operators().voids(ticket);
  }

  private Found found(Served served, Current current, Told told) {
    return switch (told) {
      case Told.Known(Standing standing) ->
          new Found(
              served,
              standing,
              terms.atLeast(served.queue(), served.line(), current, standing.line().version()));
      case Told.Unavailable(String reason) -> throw unavailable(reason);
    };
  }

  private static GatewayException unavailable(String reason) {
    LOG.warn("a store of the queue did not answer: {}", reason);
    return new GatewayException(
        ErrorCode.SERVICE_UNAVAILABLE, "The queue does not answer at present; ask again.");
  }

  private static boolean isEventMark(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "._:-".indexOf(c) >= 0;
  }
}

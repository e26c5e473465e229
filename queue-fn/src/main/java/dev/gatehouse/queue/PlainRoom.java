package dev.gatehouse.queue;

import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import dev.gatehouse.http.Query.Parameter;
import dev.gatehouse.queue.Admissions.Session;
import dev.gatehouse.queue.Desk.Entry;
import dev.gatehouse.queue.Desk.Found;
import dev.gatehouse.queue.Desk.Served;
import dev.gatehouse.queue.PlainView.Link;
import dev.gatehouse.queue.Standing.Stage;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The waiting room for browsers without scripts: the ticket is in a cookie, the page reloads. */
final class PlainRoom {
  /** Seldom enough to read and click in. */
  private static final int CALLED_SECONDS = 8;

  private static final int SLOWEST_SECONDS = 15;
  private static final int FAULT_SECONDS = 10;

  private final Desk desk;
  private final Keyring keys;
  private final Arrivals arrivals;
  private final Passes passes;
  private final Words words;
  private final GatewayMetrics metrics;

  PlainRoom(
      Desk desk,
      Keyring keys,
      Arrivals arrivals,
      Passes passes,
      Words words,
      GatewayMetrics metrics) {
    this.desk = desk;
    this.keys = keys;
    this.arrivals = arrivals;
    this.passes = passes;
    this.words = words;
    this.metrics = metrics;
  }

  /** What a request for the page is for: its parameter {@code plain}. */
  enum Mode {
    /** The page with its script; no parameter. */
    SCRIPTED,
    /** The first look: joins where there is no ticket. */
    COME,
    /** A reload: there is a ticket, or the browser keeps no cookies. */
    WAIT,
    ENTER,
    /** Joins again after a place has ended. */
    JOIN;

    static Mode of(Optional<String> parameter) {
      return parameter.map(Mode::named).orElse(SCRIPTED);
    }

    private static Mode named(String word) {
      for (Mode mode : values()) {
        if (mode.word().equals(word) && mode != SCRIPTED) {
          return mode;
        }
      }
      return COME;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A request for the page.
   *
   * @param back where its visitor wants to go from here
   */
  record Visit(RoomPage page, Optional<String> back, Mode mode) {
    /** The same in another mode. */
    String address(Mode other) {
      List<Parameter> parameters = new ArrayList<>(List.of(new Parameter("plain", other.word())));
      back.ifPresent(to -> parameters.add(new Parameter("return_to", to)));
      return "/waiting-room/" + page.event() + "?" + new Query(parameters).encoded();
    }

    Link link(String text, Mode other) {
      return new Link(text, address(other));
    }
  }

  static String refresh(long seconds, String address) {
    return "<meta http-equiv=\"refresh\" content=\""
        + seconds
        + "; url="
        + RoomPage.escaped(address)
        + "\">";
  }

  GatewayResponse page(Exchange exchange, Served served, Visit visit) {
    List<String> cookies = new ArrayList<>();
    Optional<Ticket> kept = kept(exchange, served);
    boolean joins = visit.mode() == Mode.JOIN || (visit.mode() == Mode.COME && kept.isEmpty());
    GatewayResponse response;
    if (joins) {
      response = shown(join(exchange, served, cookies), visit);
    } else if (kept.isEmpty()) {
      response = ended(200, "cookies", Optional.empty(), visit);
    } else if (visit.mode() == Mode.ENTER) {
      response = entered(exchange, served, kept.get(), visit, cookies);
    } else {
      response = shown(desk.look(served, kept.get()), visit);
    }
    Headers.Builder headers = response.headers().toBuilder();
    cookies.forEach(cookie -> headers.add("Set-Cookie", cookie));
    return response.withHeaders(headers.build());
  }

  private Optional<Ticket> kept(Exchange exchange, Served served) {
    if (keys.unavailable()) {
      throw VisitorEndpoints.keyless();
    }
    return Cookies.value(exchange.request().headers(), Cookies.TICKET)
        .flatMap(text -> Ticket.read(text, keys))
        .filter(ticket -> ticket.line().equals(served.line()));
  }

  private Found join(Exchange exchange, Served served, List<String> cookies) {
    SigningKey key = keys.signing().orElseThrow(VisitorEndpoints::keyless);
    Arrivals.Arrival arrival = arrivals.of(exchange, served.line().event());
    Found found = desk.join(served, arrival.holder());
    Ticket ticket = new Ticket(served.line(), arrival.holder(), found.standing().sequence());
    arrival.cookie().ifPresent(cookies::add);
    cookies.add(Cookies.set(Cookies.TICKET, ticket.write(key), Ticket.LIFETIME));
    metrics.queueOperated(served.queue().name(), "join", Words.word(found));
    return found;
  }

  private GatewayResponse entered(
      Exchange exchange, Served served, Ticket ticket, Visit visit, List<String> cookies) {
    return switch (desk.enter(served, ticket)) {
      case Entry.Granted(Found found, Session session) -> {
        String pass = passes.write(Pass.of(ticket, session)).orElseThrow(VisitorEndpoints::keyless);
        Duration left = Duration.between(found.standing().now(), session.until());
        cookies.add(Cookies.set(Cookies.PASS, pass, left));
        String queue = served.queue().name();
        metrics.queueOperated(queue, "enter", "granted");
        metrics.queueWaited(queue, Duration.between(ticket.joined(), session.from()));
        exchange.log().put("queue_outcome", "granted");
        yield visit
            .back()
            .map(to -> onward(ReturnTo.withPass(to, pass)))
            .orElseGet(() -> shown(found, visit));
      }
      case Entry.NotYet(Found found) -> shown(found, visit);
      case Entry.Expired() -> ended(200, "expired", Optional.empty(), visit);
    };
  }

  private GatewayResponse shown(Found found, Visit visit) {
    Stage stage = found.standing().stage();
    if (stage == Stage.SPENT || stage == Stage.NONE) {
      return ended(200, "expired", Words.message(found), visit);
    }
    List<Link> links =
        switch (stage) {
          case CALLED -> List.of(visit.link("enter", Mode.ENTER));
          case ACTIVE ->
              visit.back().map(_ -> visit.link("continue", Mode.ENTER)).stream().toList();
          case WAITING, NONE, SPENT -> List.of();
        };
    String head = stage == Stage.ACTIVE ? "" : refresh(reloading(found), visit.address(Mode.WAIT));
    return PlainView.standing(visit.page(), found, head, links);
  }

  /** In seconds; within the grace of whoever was called. */
  private long reloading(Found found) {
    return found.standing().stage() == Stage.CALLED
        ? Math.clamp(found.current().terms().grace().toSeconds() / 2, 1, CALLED_SECONDS)
        : Math.clamp(words.pause(found.standing()) / 1_000, 2, SLOWEST_SECONDS);
  }

  /** A refusal for a person: what can be done about it, instead of a problem's members. */
  GatewayResponse refused(GatewayException refusal, Visit visit) {
    ErrorCode code = refusal.code();
    Optional<String> message =
        Optional.ofNullable(refusal.members().get("message")).map(Object::toString);
    return switch (code) {
      case NOT_FOUND -> ended(code.status(), "unknown", Optional.empty(), visit);
      case ACCESS_DENIED -> ended(code.status(), "closed", message, visit);
      default ->
          PlainView.of(
              visit.page(),
              code.status(),
              "lost",
              refresh(FAULT_SECONDS, visit.address(visit.mode())),
              Optional.empty(),
              List.of());
    };
  }

  private static GatewayResponse ended(
      int status, String state, Optional<String> message, Visit visit) {
    List<Link> links =
        switch (state) {
          case "unknown" -> List.of();
          case "expired" -> List.of(visit.link("again", Mode.JOIN));
          default -> List.of(visit.link("retry", Mode.JOIN));
        };
    return PlainView.of(visit.page(), status, state, "", message, links);
  }

  private static GatewayResponse onward(String address) {
    return GatewayResponse.empty(
        303, Headers.of("Location", address, "Referrer-Policy", "no-referrer"));
  }
}

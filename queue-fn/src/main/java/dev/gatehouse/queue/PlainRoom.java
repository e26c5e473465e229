package dev.gatehouse.queue;

import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;
import dev.gatehouse.http.Query.Parameter;
import dev.gatehouse.queue.Admissions.Session;
import dev.gatehouse.queue.Desk.Entry;
import dev.gatehouse.queue.Desk.Found;
import dev.gatehouse.queue.Desk.Served;
import dev.gatehouse.queue.Standing.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The waiting room for browsers without scripts: the ticket is in a cookie, the page reloads. */
final class PlainRoom {
  private static final String ENTER = "enter";
  private static final int SLOWEST_SECONDS = 15;

  private final Desk desk;
  private final Keyring keys;
  private final Arrivals arrivals;
  private final Passes passes;
  private final Words words;

  PlainRoom(Desk desk, Keyring keys, Arrivals arrivals, Passes passes, Words words) {
    this.desk = desk;
    this.keys = keys;
    this.arrivals = arrivals;
    this.passes = passes;
    this.words = words;
  }

  /** Where the plain room of an event is. */
  static String address(String event, Optional<String> back) {
    return address(event, "1", back);
  }

  static String refresh(long seconds, String address) {
    return "<meta http-equiv=\"refresh\" content=\""
        + seconds
        + "; url="
        + WaitingRoom.escaped(address)
        + "\">";
  }

  GatewayResponse page(
      Exchange exchange, Served served, Language language, Optional<String> back, String mode) {
    List<String> cookies = new ArrayList<>();
    Ticket ticket = kept(exchange, served).orElseGet(() -> joined(exchange, served, cookies));
    GatewayResponse response =
        mode.equals(ENTER)
            ? entered(served, ticket, language, back, cookies)
            : shown(desk.look(served, ticket), language, back);
    Headers.Builder headers = response.headers().toBuilder();
    cookies.forEach(cookie -> headers.add("Set-Cookie", cookie));
    return response.withHeaders(headers.build());
  }

  private Optional<Ticket> kept(Exchange exchange, Served served) {
    return Cookies.value(exchange.request().headers(), Cookies.TICKET)
        .flatMap(text -> Ticket.read(text, keys))
        .filter(ticket -> ticket.line().equals(served.line()))
        .filter(ticket -> desk.look(served, ticket).standing().stage() != Stage.SPENT);
  }

  private Ticket joined(Exchange exchange, Served served, List<String> cookies) {
    SigningKey key = keys.signing().orElseThrow(VisitorEndpoints::keyless);
    Arrivals.Arrival arrival = arrivals.of(exchange, served.line().event());
    long sequence = desk.join(served, arrival.holder()).standing().sequence();
    Ticket ticket = new Ticket(served.line(), arrival.holder(), sequence);
    arrival.cookie().ifPresent(cookies::add);
    cookies.add(Cookies.set(Cookies.TICKET, ticket.write(key), Ticket.LIFETIME));
    return ticket;
  }

  private GatewayResponse entered(
      Served served,
      Ticket ticket,
      Language language,
      Optional<String> back,
      List<String> cookies) {
    return switch (desk.enter(served, ticket)) {
      case Entry.Granted(Found found, Session session) -> {
        String pass = passes.write(Pass.of(ticket, session)).orElseThrow(VisitorEndpoints::keyless);
        Duration left = Duration.between(found.standing().now(), session.until());
        cookies.add(Cookies.set(Cookies.PASS, pass, left));
        yield back.map(PlainRoom::onward)
            .orElseGet(() -> html(language, "", paragraph(language.text("admitted"))));
      }
      case Entry.NotYet(Found found) -> shown(found, language, back);
      case Entry.Expired() -> html(language, "", paragraph(language.text("expired")));
    };
  }

  private GatewayResponse shown(Found found, Language language, Optional<String> back) {
    String event = found.served().line().event();
    StringBuilder body = new StringBuilder(paragraph(language.text(Words.word(found))));
    Words.message(found).ifPresent(message -> body.append(paragraph(message)));
    found.standing().position().ifPresent(position -> body.append(place(position, language)));
    if (Words.ready(found.standing().stage())) {
      body.append("<a class=\"button\" href=\"")
          .append(WaitingRoom.escaped(address(event, ENTER, back)))
          .append("\">")
          .append(WaitingRoom.escaped(language.text("enter")))
          .append("</a>");
    }
    long seconds = Math.clamp(words.pause(found.standing()) / 1_000, 2, SLOWEST_SECONDS);
    return html(language, refresh(seconds, address(event, back)), body.toString());
  }

  private static String place(long position, Language language) {
    return position == 0
        ? ""
        : paragraph(language.text("position"))
            + "<p class=\"place\">"
            + position
            + "</p>"
            + paragraph(language.text("ahead").replace("{n}", Long.toString(position - 1)));
  }

  private static GatewayResponse onward(String address) {
    return GatewayResponse.empty(
        303, Headers.of("Location", address, "Referrer-Policy", "no-referrer"));
  }

  /** Nothing runs here, but the style needs a nonce, and without scripts any will do. */
  private static GatewayResponse html(Language language, String refresh, String body) {
    return WaitingRoom.response(language, "plain", refresh, body, "");
  }

  private static String paragraph(String text) {
    return "<p>" + WaitingRoom.escaped(text) + "</p>";
  }

  private static String address(String event, String mode, Optional<String> back) {
    List<Parameter> parameters = new ArrayList<>(List.of(new Parameter("plain", mode)));
    back.ifPresent(to -> parameters.add(new Parameter("return_to", to)));
    return "/waiting-room/" + event + "?" + new Query(parameters).encoded();
  }
}

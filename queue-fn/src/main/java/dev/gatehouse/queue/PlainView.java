package dev.gatehouse.queue;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.queue.Desk.Found;
import dev.gatehouse.queue.RoomPage.Content;
import dev.gatehouse.queue.Standing.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** What the plain room shows: the same as the script would, as it is at this moment. */
final class PlainView {
  private PlainView() {}

  /**
   * A way on.
   *
   * @param text its name among the texts
   */
  record Link(String text, String address) {}

  /** A standing, with its figures. */
  static GatewayResponse standing(RoomPage page, Found found, String head, List<Link> links) {
    String state = Words.word(found);
    StringBuilder body = heading(page.language(), state, hint(found, state, links));
    Words.message(found).ifPresent(message -> message(body, page.language(), message));
    clock(body, page.language(), found, state);
    if (found.standing().stage() == Stage.WAITING && !state.equals("closed")) {
      found
          .standing()
          .position()
          .ifPresent(position -> place(body, page.language(), position, found.eta()));
    }
    links.forEach(link -> link(body, page.language(), link));
    if (!head.isEmpty()) {
      body.append("<footer>");
      paragraph(body, "soft", page.language().text("reloads")).append("</footer>\n");
    }
    return page.response(200, new Content(state, head, body.toString(), ""));
  }

  /** A state without figures. */
  static GatewayResponse of(
      RoomPage page,
      int status,
      String state,
      String head,
      Optional<String> message,
      List<Link> links) {
    String hint = state.equals("closed") ? "closed_new" : state + "_hint";
    StringBuilder body = heading(page.language(), state, hint);
    message.filter(text -> !text.isEmpty()).ifPresent(text -> message(body, page.language(), text));
    links.forEach(link -> link(body, page.language(), link));
    return page.response(status, new Content(state, head, body.toString(), ""));
  }

  private static String hint(Found found, String state, List<Link> links) {
    OptionalLong position = found.standing().position();
    boolean placed = position.isPresent();
    return switch (state) {
      case "waiting" ->
          !placed ? "waiting_unplaced" : position.getAsLong() > 1 ? "waiting_hint" : "waiting_next";
      case "prequeue" -> placed ? "prequeue_placed" : "prequeue_hint";
      case "admitted" -> links.isEmpty() ? "admitted_hint" : "admitted_on";
      default -> state + "_hint";
    };
  }

  private static StringBuilder heading(Language language, String state, String hint) {
    StringBuilder body = new StringBuilder();
    body.append("<h1>").append(RoomPage.escaped(language.text(state))).append("</h1>\n");
    return paragraph(body, "soft", language.text(hint));
  }

  private static void message(StringBuilder body, Language language, String message) {
    body.append("<section class=\"message\"><h2>")
        .append(RoomPage.escaped(language.text("message")))
        .append("</h2><p dir=\"auto\">")
        .append(RoomPage.escaped(message))
        .append("</p></section>\n");
  }

  private static void clock(StringBuilder body, Language language, Found found, String state) {
    Instant now = found.standing().now();
    switch (state) {
      case "ready" -> figure(body, language.text("claim"), left(now, found.standing().ends()));
      case "admitted" -> figure(body, language.text("session"), left(now, found.standing().ends()));
      case "prequeue" ->
          found
              .current()
              .terms()
              .opening()
              .ifPresent(opening -> figure(body, language.text("opens"), left(now, opening)));
      default -> {}
    }
  }

  private static void place(StringBuilder body, Language language, long position, Eta eta) {
    figure(body, language.text("ahead"), language.number(Math.max(0, position - 1)));
    body.append("<dl>");
    item(body, language.text("position"), language.number(position));
    item(body, language.text("eta"), language.estimate(eta.range()));
    body.append("</dl>\n");
  }

  /** {@code 2:05:09}. */
  private static String left(Instant from, Instant to) {
    Duration left = from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    return left.toHours() == 0
        ? String.format(Locale.ROOT, "%d:%02d", left.toMinutesPart(), left.toSecondsPart())
        : String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            left.toHours(),
            left.toMinutesPart(),
            left.toSecondsPart());
  }

  private static void figure(StringBuilder body, String label, String value) {
    body.append("<div class=\"figure\">");
    paragraph(body, "label", label);
    paragraph(body, "large", value);
    body.append("</div>\n");
  }

  private static void item(StringBuilder body, String label, String value) {
    body.append("<div><dt>")
        .append(RoomPage.escaped(label))
        .append("</dt><dd>")
        .append(RoomPage.escaped(value))
        .append("</dd></div>");
  }

  private static void link(StringBuilder body, Language language, Link link) {
    body.append("<a class=\"button\" href=\"")
        .append(RoomPage.escaped(link.address()))
        .append("\">")
        .append(RoomPage.escaped(language.text(link.text())))
        .append("</a>\n");
  }

  private static StringBuilder paragraph(StringBuilder body, String kind, String text) {
    return body.append("<p class=\"")
        .append(kind)
        .append("\">")
        .append(RoomPage.escaped(text))
        .append("</p>\n");
  }
}

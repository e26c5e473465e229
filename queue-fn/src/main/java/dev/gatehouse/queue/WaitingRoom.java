package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.json.Json;
import dev.gatehouse.queue.PlainRoom.Mode;
import dev.gatehouse.queue.PlainRoom.Visit;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /waiting-room/EVENT}: one page that joins, waits and enters by the API. Without
 * scripts it goes on to the {@linkplain PlainRoom plain room}, which does the same by reloading.
 */
final class WaitingRoom {
  private static final String BODY = new String(Language.resource("waiting-room.body.html"), UTF_8);
  private static final String SCRIPT = new String(Language.resource("waiting-room.js"), UTF_8);

  private final ReturnTo returnTo;
  private final Desk desk;
  private final PlainRoom plain;
  private final SecureRandom random;

  WaitingRoom(Gateway gateway, Desk desk, PlainRoom plain, SecureRandom random) {
    this.returnTo = new ReturnTo(gateway.cors());
    this.desk = desk;
    this.plain = plain;
    this.random = random;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of("GET /waiting-room/*", this::page);
  }

  private GatewayResponse page(Exchange exchange, CanonicalPath path) {
    GatewayRequest request = exchange.request();
    Language language = Language.accepted(request.headers().first("Accept-Language"));
    String event = path.segments().get(1);
    RoomPage page = RoomPage.of(language, event, random);
    Optional<String> back = returnTo.of(request.query().first("return_to"));
    Visit visit = new Visit(page, back, Mode.of(request.query().first("plain")));
    try {
      Desk.Served served = desk.served(event);
      return visit.mode() == Mode.SCRIPTED ? scripted(visit) : plain.page(exchange, served, visit);
    } catch (GatewayException e) {
      if (request.headers().first("Accept").orElse("").contains("text/html")) {
        exchange.log().put("code", e.code().code());
        return plain.refused(e, visit);
      }
      throw e;
    }
  }

  private static GatewayResponse scripted(Visit visit) {
    RoomPage page = visit.page();
    String simple = visit.address(Mode.COME);
    Map<String, String> parts = page.language().escapedTexts();
    parts.put("address", RoomPage.escaped(simple));
    return page.response(
        200,
        new RoomPage.Content(
            "joining",
            "<noscript>" + PlainRoom.refresh(0, simple) + "</noscript>",
            RoomPage.filled(BODY, parts),
            script(page, visit.back())));
  }

  private static String script(RoomPage page, Optional<String> back) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("event", page.event());
    config.put("returnTo", back.orElse(""));
    config.put("texts", page.language().texts());
    String json = Json.text(out -> Json.value(out, config)).replace("<", "\\u003c");
    String opening = "<script nonce=\"" + page.nonce() + "\"";
    return opening
        + " type=\"application/json\" id=\"config\">"
        + json
        + "</script>\n"
        + opening
        + ">\n"
        + SCRIPT
        + "</script>";
  }
}

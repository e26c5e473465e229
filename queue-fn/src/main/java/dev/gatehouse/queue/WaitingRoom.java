package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Json;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /waiting-room/EVENT}: one page that joins, waits and enters by the API. Without
 * scripts it goes on to the {@linkplain PlainRoom plain room}, which does the same by reloading.
 */
final class WaitingRoom {
  private static final int NONCE_OCTETS = 16;
  private static final String PAGE = new String(Language.resource("waiting-room.html"), UTF_8);
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
    Desk.Served served = desk.served(path.segments().get(1));
    Language language = Language.accepted(exchange.request().headers().first("Accept-Language"));
    Optional<String> back = returnTo.of(exchange.request().query().first("return_to"));
    Optional<String> mode = exchange.request().query().first("plain");
    return mode.isPresent()
        ? plain.page(exchange, served, language, back, mode.get())
        : answer(served.line().event(), language, back);
  }

  private GatewayResponse answer(String event, Language language, Optional<String> back) {
    String nonce = nonce();
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("event", event);
    config.put("returnTo", back.orElse(""));
    config.put("texts", language.texts());
    String json = Json.text(out -> Json.value(out, config)).replace("<", "\\u003c");
    String refresh =
        "<noscript>" + PlainRoom.refresh(0, PlainRoom.address(event, back)) + "</noscript>";
    String script =
        "<script type=\"application/json\" id=\"config\" nonce=\""
            + nonce
            + "\">"
            + json
            + "</script>\n<script nonce=\""
            + nonce
            + "\">\n"
            + SCRIPT
            + "</script>";
    return response(language, nonce, refresh, texts(BODY, language), script);
  }

  private String nonce() {
    byte[] octets = new byte[NONCE_OCTETS];
    random.nextBytes(octets);
    return Base64.getEncoder().encodeToString(octets);
  }

  /** A page that runs nothing but what carries this nonce, and is framed by nobody. */
  static GatewayResponse response(
      Language language, String nonce, String refresh, String body, String script) {
    String page =
        PAGE.replace("{{lang}}", language.tag())
            .replace("{{title}}", escaped(language.text("title")))
            .replace("{{nonce}}", nonce)
            .replace("{{refresh}}", refresh)
            .replace("{{body}}", body)
            .replace("{{script}}", script);
    String scripts = script.isEmpty() ? "'none'" : "'nonce-%s'";
    String policy =
        "default-src 'none'; script-src "
            + scripts
            + "; style-src 'nonce-%s'; connect-src 'self';"
            + " form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    Headers headers =
        Headers.of(
            "Content-Type", "text/html; charset=utf-8",
            "Content-Language", language.tag(),
            "Vary", "Accept-Language",
            "Referrer-Policy", "no-referrer",
            "Content-Security-Policy", policy.replace("%s", nonce));
    return new GatewayResponse(200, headers, page.getBytes(UTF_8));
  }

  static String texts(String template, Language language) {
    String text = template;
    for (Map.Entry<String, String> entry : language.texts().entrySet()) {
      text = text.replace("{{" + entry.getKey() + "}}", escaped(entry.getValue()));
    }
    return text;
  }

  /** For text and quoted attributes of HTML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

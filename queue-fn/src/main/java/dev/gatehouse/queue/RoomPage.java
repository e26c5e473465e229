package dev.gatehouse.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the waiting room: runs and wears nothing but what carries its nonce, is framed by
 * nobody and tells nobody where its visitors come from (Content Security Policy Level 3).
 *
 * @param nonce of this answer alone
 */
record RoomPage(Language language, String event, String nonce) {
  private static final int NONCE_OCTETS = 16;
  private static final Pattern HOLE = Pattern.compile("\\{\\{(\\w+)}}");
  private static final String PAGE = new String(Language.resource("waiting-room.html"), UTF_8);
  private static final String STYLE = new String(Language.resource("waiting-room.css"), UTF_8);

  static RoomPage of(Language language, String event, SecureRandom random) {
    byte[] octets = new byte[NONCE_OCTETS];
    random.nextBytes(octets);
    return new RoomPage(language, event, Base64.getEncoder().encodeToString(octets));
  }

  /**
   * What stands in the page, as HTML.
   *
   * @param state a word of the style's
   * @param script empty where nothing may run
   */
  record Content(String state, String head, String body, String script) {}

  GatewayResponse response(int status, Content content) {
    Map<String, String> parts = new HashMap<>();
    parts.put("lang", language.tag());
    parts.put("title", escaped(language.text("title")));
    parts.put("event", escaped(event));
    parts.put("nonce", nonce);
    parts.put("style", STYLE);
    parts.put("state", content.state());
    parts.put("head", content.head());
    parts.put("body", content.body());
    parts.put("script", content.script());
    Headers headers =
        Headers.of(
            "Content-Type",
            "text/html; charset=utf-8",
            "Content-Language",
            language.tag(),
            "Vary",
            "Accept-Language",
            "Referrer-Policy",
            "no-referrer",
            "Content-Security-Policy",
            policy(!content.script().isEmpty()));
    return new GatewayResponse(status, headers, filled(PAGE, parts).getBytes(UTF_8));
  }

  /** The icon is in the page itself, as data. */
  private String policy(boolean runs) {
    return "default-src 'none'; script-src "
        + (runs ? "'nonce-" + nonce + "'" : "'none'")
        + "; style-src 'nonce-"
        + nonce
        + "'; img-src data:; connect-src "
        + (runs ? "'self'" : "'none'")
        + "; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
  }

  /** The template with its holes filled, in one pass: what fills them is not read again. */
  static String filled(String template, Map<String, String> parts) {
    return HOLE.matcher(template)
        .replaceAll(hole -> Matcher.quoteReplacement(parts.getOrDefault(hole.group(1), "")));
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

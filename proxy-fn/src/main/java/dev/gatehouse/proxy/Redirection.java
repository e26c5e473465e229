package dev.gatehouse.proxy;

import dev.gatehouse.config.Destination.Redirect;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.Query;

/**
 * Answers that send the client elsewhere. Where to is written in gateway.yaml; of the request only
 * the canonical path's end and the query, both encoded anew, can stand behind it.
 */
final class Redirection {
  private Redirection() {}

  static GatewayResponse of(Redirect redirect, CanonicalPath path, Query query) {
    return GatewayResponse.empty(
        redirect.status(), Headers.of("Location", location(redirect, path, query)));
  }

  private static String location(Redirect redirect, CanonicalPath path, Query query) {
    String target = redirect.target();
    String rest = redirect.rest() ? path.text().substring(redirect.strip().length()) : "";
    if (rest.length() > 1) {
      target =
          target.endsWith("/") ? target.substring(0, target.length() - 1) + rest : target + rest;
    }
    String question = redirect.query() ? query.encoded() : "";
    return question.isEmpty() ? target : target + "?" + question;
  }
}

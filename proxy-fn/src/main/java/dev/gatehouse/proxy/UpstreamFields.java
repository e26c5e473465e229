package dev.gatehouse.proxy;

import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Headers;
import dev.gatehouse.identity.Principal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** The fields that the gateway itself writes for a back end (contract.md, "To the back ends"). */
final class UpstreamFields {
  private final FieldHygiene hygiene;

  UpstreamFields(FieldHygiene hygiene) {
    this.hygiene = hygiene;
  }

  /** All fields of the call but Host, Content-Length and the deadline. */
  Headers.Builder of(Exchange exchange) {
    GatewayRequest request = exchange.request();
    Headers.Builder fields = hygiene.toUpstream(request.headers());
    identity(fields, exchange.caller());
    fields.add("X-Request-ID", exchange.requestId());
    fields.add("traceparent", exchange.trace().traceparent());
    if (!exchange.trace().xray().isEmpty()) {
      fields.add("X-Amzn-Trace-Id", exchange.trace().xray());
    }
    String client = exchange.clientAddress();
    fields.add(
        "Forwarded", "for=" + node(client) + ";host=\"" + request.domain() + "\";proto=https");
    fields.add("X-Forwarded-For", client);
    fields.add("X-Forwarded-Proto", "https");
    fields.add("X-Forwarded-Host", request.domain());
    return fields;
  }

  private static void identity(Headers.Builder fields, Optional<Principal> caller) {
    if (caller.isEmpty()) {
      fields.add("X-Auth-Kind", "none");
      return;
    }
    Principal principal = caller.get();
    fields.add("X-Auth-Kind", principal.kind() == CredentialKind.JWT ? "jwt" : "api-key");
    fields.add("X-User-Id", visible(principal.subject()));
    principal.email().ifPresent(email -> fields.add("X-User-Email", visible(email)));
    if (!principal.roles().isEmpty()) {
      fields.add("X-User-Roles", visible(String.join(",", principal.roles())));
    }
    if (!principal.scopes().isEmpty()) {
      fields.add("X-User-Scopes", visible(String.join(" ", principal.scopes())));
    }
  }

  /** RFC 7239 section 6: an IPv6 address is bracketed and quoted. */
  private static String node(String address) {
    return address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
  }

  /**
   * A value for a field, whose octets are ASCII on every server: {@code %} and everything that is
   * not a visible ASCII character or a space is percent-encoded, so that no two values meet.
   */
  static String visible(String value) {
    StringBuilder text = new StringBuilder(value.length());
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7f && b != '%') {
        text.append((char) b);
      } else {
        text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return text.toString();
  }
}

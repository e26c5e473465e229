package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Allowed;
import dev.gatehouse.authorizer.Outcome.Anonymous;
import dev.gatehouse.authorizer.Outcome.Refused;
import java.util.LinkedHashMap;
import java.util.Map;

/** The facts of one decision for the audit log: who, by which key, from where, and why. */
final class Audit {
  static final String MESSAGE = "authentication";

  private Audit() {}

  static Map<String, Object> facts(AuthorizerRequest request, Outcome outcome) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("audit", true);
    switch (outcome) {
      case Allowed(var principal, var keyId) -> {
        facts.put("decision", "allow");
        facts.put("kind", principal.toContext().getOrDefault("kind", ""));
        facts.put("issuer", principal.issuer());
        facts.put("user_id", principal.subject());
        principal.credential().ifPresent(id -> facts.put("credential", id));
        keyId.ifPresent(id -> facts.put("key_id", id));
      }
      case Anonymous() -> {
        facts.put("decision", "anonymous");
        facts.put("kind", "none");
      }
      case Refused(var code, var reason, var issuer, var keyId, _, _) -> {
        facts.put("decision", "refuse");
        facts.put("code", code.code());
        facts.put("reason", reason);
        issuer.ifPresent(name -> facts.put("issuer", name));
        keyId.ifPresent(id -> facts.put("key_id", id));
      }
    }
    facts.put("http", Map.of("method", request.method(), "route", request.resource()));
    facts.put("client_ip", request.clientAddress());
    facts.put("request_id", request.requestId());
    return facts;
  }
}

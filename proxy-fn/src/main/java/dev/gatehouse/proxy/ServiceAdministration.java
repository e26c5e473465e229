package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Change;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.http.JsonBody;
import dev.gatehouse.json.Json;
import dev.gatehouse.proxy.Circuits.Standing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code /admin/services}: shows how the services' circuits stand, holds one open or closed, and
 * lets it decide by itself again. Shapes: docs/operations.md.
 */
final class ServiceAdministration {
  private static final String SERVICES = "/admin/services";

  private final Gateway gateway;
  private final CircuitBreaker breaker;

  ServiceAdministration(Gateway gateway, CircuitBreaker breaker) {
    this.gateway = gateway;
    this.breaker = breaker;
  }

  /** By match. */
  Map<String, Content> contents() {
    return Map.of(
        "GET " + SERVICES, (_, _) -> list(),
        "GET " + SERVICES + "/*", (_, path) -> json(shown(service(path))),
        "PUT " + SERVICES + "/*", this::set);
  }

  /** The members {@code state, failure_count, time_until_retry} (in seconds) and {@code held}. */
  static Map<String, Object> described(Standing standing) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("state", standing.state().word());
    members.put("failure_count", standing.failures());
    members.put("time_until_retry", standing.retryAfter().plusNanos(999_999_999).toSeconds());
    members.put("held", standing.held());
    return members;
  }

  private GatewayResponse list() {
    List<Map<String, Object>> services =
        gateway.services().values().stream().map(this::shown).toList();
    return json(Map.of("services", services));
  }

  private GatewayResponse set(Exchange exchange, CanonicalPath path) {
    Service service = service(path);
    JsonBody body = JsonBody.of(exchange.request());
    String wanted = body.required("state");
    if (!wanted.isEmpty() && !List.of("open", "closed", "auto").contains(wanted)) {
      body.violate("/state", "\"" + wanted + "\" (expected: open, closed or auto)");
    }
    body.check();
    boolean done =
        switch (wanted) {
          case "open" -> breaker.hold(service, CircuitState.OPEN);
          case "closed" -> breaker.hold(service, CircuitState.CLOSED);
          default -> breaker.let(service);
        };
    if (!done) {
      exchange.answerWith(Headers.of("Retry-After", "1").fields());
      throw new GatewayException(
          ErrorCode.SERVICE_UNAVAILABLE, "Circuits cannot be changed while Redis is away.");
    }
    Change.note(
        exchange,
        "services.breaker",
        Map.of("services", List.of(service.name()), "breaker", wanted));
    return json(shown(service));
  }

  private Service service(CanonicalPath path) {
    String name = path.segments().get(2);
    if (!gateway.services().containsKey(name)) {
      throw new GatewayException(
          ErrorCode.NOT_FOUND,
          "There is no service of this name (expected: one of "
              + String.join(", ", gateway.services().keySet())
              + ").");
    }
    return Objects.requireNonNull(gateway.services().get(name));
  }

  private Map<String, Object> shown(Service service) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("failures", service.breaker().failures());
    settings.put("open_sec", service.breaker().open().toSeconds());
    settings.put("successes", service.breaker().successes());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("service", service.name());
    members.put("breaker", described(breaker.standing(service)));
    members.put("settings", settings);
    return members;
  }

  private static GatewayResponse json(Map<String, Object> members) {
    return GatewayResponse.json(200, Json.text(json -> Json.value(json, members)));
  }
}

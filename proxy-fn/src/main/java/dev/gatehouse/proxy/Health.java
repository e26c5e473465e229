package dev.gatehouse.proxy;

import dev.gatehouse.circuit.CircuitState;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Service;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.json.Json;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own state: alive, ready, and in detail.
 *
 * <p>Ready means that every store answers: Redis and DynamoDB. Services are reported in detail, and
 * key sets with their age, but neither makes the gateway unready, because other routes still work
 * without them.
 */
final class Health {
  private final Gateway gateway;
  private final String version;
  private final String stage;
  private final Map<String, Supplier<Check>> stores;
  private final Map<String, Supplier<Check>> keySets;
  private final HttpUpstream http;
  private final CircuitBreaker breaker;
  private final Function<Service, Map<String, Object>> reports;
  private final Executor probes = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param stores the checks that readiness needs, by their name in the answer
   * @param keySets the key set of each issuer, by its name
   * @param reports what the prober has found of a service, as members of its entry
   */
  Health(
      Gateway gateway,
      String version,
      String stage,
      Map<String, Supplier<Check>> stores,
      Map<String, Supplier<Check>> keySets,
      HttpUpstream http,
      CircuitBreaker breaker,
      Function<Service, Map<String, Object>> reports) {
    this.gateway = gateway;
    this.version = version;
    this.stage = stage;
    this.stores = new LinkedHashMap<>(stores);
    this.keySets = new LinkedHashMap<>(keySets);
    this.http = http;
    this.breaker = breaker;
    this.reports = reports;
  }

  /**
   * One thing that was looked at.
   *
   * @param status {@code up}, {@code down} or {@code unknown}
   * @param latency how long the look took
   * @param age how old what was found is, where that matters
   */
  record Check(String status, Duration latency, Optional<Duration> age) {
    static Check up(Duration latency) {
      return new Check("up", latency, Optional.empty());
    }

    static Check down(Duration latency) {
      return new Check("down", latency, Optional.empty());
    }

    static Check unknown() {
      return new Check("unknown", Duration.ZERO, Optional.empty());
    }

    Check aged(Duration age) {
      return new Check(status, latency, Optional.of(age));
    }

    private Map<String, Object> members() {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("status", status);
      members.put("latency_ms", Math.round(latency.toNanos() / 1e3) / 1e3);
      age.ifPresent(present -> members.put("age_sec", present.toSeconds()));
      return members;
    }
  }

  GatewayResponse live() {
    return json(200, head("healthy"));
  }

  GatewayResponse ready() {
    Map<String, Check> checks = look(stores);
    boolean ready = checks.values().stream().allMatch(check -> check.status().equals("up"));
    Map<String, Object> members = head(ready ? "ready" : "not_ready");
    members.put("checks", members(checks));
    members.put("jwks", members(look(keySets)));
    return json(ready ? 200 : 503, members);
  }

  GatewayResponse detailed() {
    Map<String, Check> storeChecks = look(stores);
    Map<String, CompletableFuture<Map<String, Object>>> running = new LinkedHashMap<>();
    gateway
        .services()
        .forEach(
            (name, service) ->
                running.put(name, CompletableFuture.supplyAsync(() -> described(service), probes)));
    Map<String, Object> services = new LinkedHashMap<>();
    running.forEach((name, look) -> services.put(name, look.join()));
    boolean healthy =
        storeChecks.values().stream().allMatch(check -> check.status().equals("up"))
            && services.values().stream().noneMatch(Health::isWrong);
    Map<String, Object> members = head(healthy ? "healthy" : "degraded");
    members.put("checks", members(storeChecks));
    members.put("jwks", members(look(keySets)));
    members.put("services", services);
    return json(200, members);
  }

  private Map<String, Object> described(Service service) {
    Map<String, Object> members = probe(service).members();
    members.put("breaker", ServiceAdministration.described(breaker.standing(service)));
    members.putAll(reports.apply(service));
    return members;
  }

  private static boolean isWrong(Object service) {
    return service instanceof Map<?, ?> members
        && (Objects.equals(members.get("status"), "down") || !isClosed(members.get("breaker")));
  }

  private static boolean isClosed(@Nullable Object circuit) {
    return circuit instanceof Map<?, ?> members
        && CircuitState.CLOSED.word().equals(members.get("state"));
  }

  GatewayResponse status() {
    Map<String, Object> members = head("healthy");
    members.put("stage", stage);
    members.put("services", List.copyOf(gateway.services().keySet()));
    members.put("routes", gateway.routes().size());
    return json(200, members);
  }

  GatewayResponse version() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", gateway.name());
    members.put("version", version);
    return json(200, members);
  }

  private Map<String, Object> head(String status) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("status", status);
    members.put("name", gateway.name());
    members.put("version", version);
    return members;
  }

  private Check probe(Service service) {
    if (service.health().isEmpty()) {
      return Check.unknown();
    }
    long started = System.nanoTime();
    Place first = new Place(Instances.bases(service).getFirst(), Optional.empty());
    boolean up = new Probe(http).isUp(service, first);
    Duration latency = Duration.ofNanos(System.nanoTime() - started);
    return up ? Check.up(latency) : Check.down(latency);
  }

  /** All at once: the page takes as long as the slowest look. */
  private Map<String, Check> look(Map<String, Supplier<Check>> looks) {
    Map<String, CompletableFuture<Check>> running = new LinkedHashMap<>();
    looks.forEach((name, look) -> running.put(name, CompletableFuture.supplyAsync(look, probes)));
    Map<String, Check> checks = new LinkedHashMap<>();
    running.forEach((name, look) -> checks.put(name, look.join()));
    return checks;
  }

  private static Map<String, Object> members(Map<String, Check> checks) {
    Map<String, Object> members = new LinkedHashMap<>();
    checks.forEach((name, check) -> members.put(name, check.members()));
    return members;
  }

  private static GatewayResponse json(int status, Map<String, Object> members) {
    return GatewayResponse.json(status, Json.text(json -> Json.value(json, members)));
  }
}

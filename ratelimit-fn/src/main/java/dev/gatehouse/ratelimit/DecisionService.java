package dev.gatehouse.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Limit;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.Headers;
import dev.gatehouse.json.Json;
import dev.gatehouse.json.StrictJson;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.RequestLog;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decisions for other workloads of the account, which invoke the function themselves (IAM is the
 * guard): {@code {"domain": "shop", "descriptors": [{"key": "user", "value": "alice", "cost":
 * 1}]}}, decided together, all spent or none.
 *
 * <p>The domain is the gateway's name, a key is a limit's, and a value says for whom: the fact that
 * the limit counts by, or an object of {@linkplain CallerFacts facts}. So a workload and the
 * gateway count the same. Whoever names a limit wants it: its {@code when} is not looked at.
 *
 * @see <a
 *     href="https://github.com/envoyproxy/envoy/blob/main/api/envoy/service/ratelimit/v3/rls.proto">
 *     Envoy's rate limit service, the model</a>
 */
final class DecisionService {
  private static final int MOST_DESCRIPTORS = 64;

  private final Gateway gateway;
  private final RateLimiter limiter;
  private final GatewayMetrics metrics;
  private final InstantSource clock;

  DecisionService(
      Gateway gateway, RateLimiter limiter, GatewayMetrics metrics, InstantSource clock) {
    this.gateway = gateway;
    this.limiter = limiter;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Whether an event is not one of API Gateway's. */
  static boolean takes(byte[] event) {
    try (JsonParser json = Json.FACTORY.createParser(event)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          if (Set.of("httpMethod", "requestContext").contains(json.currentName())) {
            return false;
          }
          json.nextToken();
          json.skipChildren();
        }
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  /** The decision as JSON; a fault of the event is an answer too. */
  String answer(byte[] event, RequestLog log) {
    Map<String, Object> members = new LinkedHashMap<>();
    try {
      List<Metered> asked = read(members(event));
      Decision decision = limiter.decide(asked);
      log.put("limits", asked.stream().map(one -> one.limit().name()).toList());
      DecisionReport.note(decision, log, metrics);
      describe(decision, asked, members);
    } catch (GatewayException e) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("code", e.code().code());
      error.put("detail", e.detail());
      error.putAll(e.members());
      members.put("error", error);
      log.put("code", e.code().code());
    }
    return Json.text(json -> Json.value(json, members));
  }

  private static Map<String, Object> members(byte[] event) {
    return switch (StrictJson.read(event)) {
      case StrictJson.Document(Map<String, Object> members) -> members;
      case StrictJson.Malformed(String reason) ->
          throw new GatewayException(ErrorCode.INVALID_REQUEST, "The event is " + reason + ".");
    };
  }

  private List<Metered> read(Map<String, Object> event) {
    Violations violations = Violations.ofMembers();
    event.keySet().stream()
        .filter(name -> !Set.of("domain", "descriptors").contains(name))
        .forEach(name -> violations.add(name, "unknown", "domain and descriptors"));
    if (!gateway.name().equals(event.get("domain"))) {
      violations.add("domain", found(event.get("domain")), gateway.name());
    }
    List<?> descriptors = event.get("descriptors") instanceof List<?> list ? list : List.of();
    if (descriptors.isEmpty() || descriptors.size() > MOST_DESCRIPTORS) {
      violations.add("descriptors", descriptors.size() + " of them", "1 to " + MOST_DESCRIPTORS);
    }
    Map<String, Metered> asked = new LinkedHashMap<>();
    Violations each = violations.below("descriptors");
    for (int i = 0; i < descriptors.size() && i < MOST_DESCRIPTORS; i++) {
      String place = Integer.toString(i);
      Optional<Metered> one = descriptor(descriptors.get(i), each, place);
      if (one.isPresent() && asked.putIfAbsent(one.get().demand().key(), one.get()) != null) {
        each.add(place, "the same key and value again", "each once, with the sum of its costs");
      }
    }
    violations.check();
    return List.copyOf(asked.values());
  }

  private Optional<Metered> descriptor(Object descriptor, Violations list, String place) {
    if (!(descriptor instanceof Map<?, ?> members)) {
      list.add(place, "another form", "an object with key and value");
      return Optional.empty();
    }
    Violations violations = list.below(place);
    members.keySet().stream()
        .filter(name -> !Set.of("key", "value", "cost").contains(String.valueOf(name)))
        .forEach(name -> violations.add(String.valueOf(name), "unknown", "key, value and cost"));
    Limit limit = members.get("key") instanceof String name ? gateway.limits().get(name) : null;
    if (limit == null) {
      violations.add(
          "key",
          found(members.get("key")),
          "a limit: one of " + String.join(", ", gateway.limits().keySet()));
      return Optional.empty();
    }
    Optional<Integer> cost = cost(limit, members.get("cost"), violations);
    Caller caller =
        new CallerFacts(gateway)
            .read(
                limit,
                facts(limit, members.get("value"), violations),
                factsAt(members, violations));
    return cost.filter(_ -> violations.none())
        .map(taken -> Metered.of(limit.costing(taken), LimitKey.of(limit, caller)));
  }

  private static Violations factsAt(Map<?, ?> members, Violations violations) {
    return members.get("value") instanceof Map ? violations.below("value") : violations;
  }

  private static Map<String, String> facts(
      Limit limit, @Nullable Object value, Violations violations) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> members) {
      members.forEach(
          (name, fact) -> {
            if (fact instanceof String text) {
              facts.put(String.valueOf(name), text);
            } else {
              violations.below("value").add(String.valueOf(name), found(fact), "a string");
            }
          });
    } else if (value instanceof String text && CallerFacts.single(limit).isPresent()) {
      facts.put(CallerFacts.single(limit).get(), text);
    } else {
      violations.add(
          "value",
          found(value),
          CallerFacts.single(limit).map(name -> name + " as a string, or ").orElse("")
              + "an object of facts");
    }
    return facts;
  }

  private static Optional<Integer> cost(
      Limit limit, @Nullable Object value, Violations violations) {
    long capacity = Meter.of(limit).capacity();
    Object cost = value == null ? (Object) (long) limit.cost() : value;
    if (cost instanceof Long number
        && number >= 1
        && number <= Math.min(capacity, Integer.MAX_VALUE)) {
      return Optional.of(number.intValue());
    }
    violations.add("cost", found(cost), "1 to " + capacity + ", the most that there can be");
    return Optional.empty();
  }

  private static String found(@Nullable Object value) {
    return value == null ? "missing" : String.valueOf(value);
  }

  private void describe(Decision decision, List<Metered> asked, Map<String, Object> answer) {
    switch (decision) {
      case Decision.Admitted _ -> answer.put("decision", "admitted");
      case Decision.Refused(Limit by, var retryAfter, var _, var _) -> {
        answer.put("decision", "refused");
        answer.put("refused_by", by.name());
        answer.put("retry_after_ms", Standings.millis(retryAfter));
      }
    }
    List<Map<String, Object>> descriptors = new ArrayList<>();
    for (Metered one : asked) {
      descriptors.add(
          decision.quotas().stream()
              .filter(quota -> quota.key().equals(one.demand().key()))
              .findFirst()
              .map(DecisionService::counted)
              .orElseGet(() -> Map.of("key", one.limit().name(), "without_redis", true)));
    }
    answer.put("descriptors", descriptors);
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Headers.Field field : RateLimitHeaders.of(decision, clock.instant()).fields()) {
      fields.put(field.name(), field.value());
    }
    answer.put("headers", fields);
  }

  /** In requests of this descriptor's cost. */
  private static Map<String, Object> counted(Quota quota) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("key", quota.limit().name());
    members.put("passed", quota.passed());
    members.put("capacity", quota.capacity());
    members.put("remaining", quota.remaining());
    members.put("retry_after_ms", Standings.millis(quota.retryAfter()));
    members.put("reset_ms", Standings.millis(quota.reset()));
    members.put("without_redis", quota.local());
    return members;
  }
}

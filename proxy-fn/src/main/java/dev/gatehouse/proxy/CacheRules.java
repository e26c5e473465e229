package dev.gatehouse.proxy;

import dev.gatehouse.config.Route;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.proxy.StoredAnswer.Aged;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What may be kept, and given out again (RFC 9111 sections 3, 4 and 5). */
final class CacheRules {
  /**
   * Statuses that are kept without being told for how long: those of RFC 9110 section 15.1 less the
   * refusals, which a client can provoke, and 206.
   */
  private static final Set<Integer> KEPT_UNASKED = Set.of(200, 203, 204, 300, 301, 308, 410);

  /** Requests with these go to the service as they are, and their answers are not kept. */
  private static final List<String> PARTIAL_OR_GUARDED =
      List.of("Range", "If-Range", "If-Match", "If-Unmodified-Since");

  private CacheRules() {}

  /** Why a request has nothing to do with the cache; empty where it has. */
  static Optional<String> bypass(Exchange exchange) {
    Headers fields = exchange.request().headers();
    String method = exchange.request().method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Optional.of("method");
    }
    if (exchange.request().body().length > 0) {
      return Optional.of("body");
    }
    if (CacheControl.of(fields).has("no-store")) {
      return Optional.of("no-store");
    }
    return PARTIAL_OR_GUARDED.stream()
        .filter(fields::has)
        .findFirst()
        .map(name -> name.toLowerCase(Locale.ROOT));
  }

  /** Whether the client insists on asking the service (sections 5.2.1.4 and 5.4). */
  static boolean insists(Headers request) {
    CacheControl control = CacheControl.of(request);
    return control.has("no-cache")
        || (!request.has("Cache-Control")
            && request.all("Pragma").stream()
                .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("no-cache")));
  }

  /** Whether the client says how fresh an answer has to be. */
  static boolean demands(Headers request) {
    CacheControl control = CacheControl.of(request);
    return insists(request) || control.has("max-age") || control.has("min-fresh");
  }

  /** Whether a fresh answer is as fresh as the client wants it (sections 5.2.1.1 and 5.2.1.3). */
  static boolean suits(Headers request, Aged kept) {
    CacheControl control = CacheControl.of(request);
    Duration left = kept.answer().freshness().lifetime().minus(kept.age());
    return kept.fresh()
        && !insists(request)
        && control.time("max-age").filter(most -> kept.age().compareTo(most) > 0).isEmpty()
        && control.time("min-fresh").filter(least -> left.compareTo(least) < 0).isEmpty();
  }

  /** Whether the client takes a stale answer (section 5.2.1.2). */
  static boolean takesStale(Headers request, Aged kept) {
    CacheControl control = CacheControl.of(request);
    if (!control.has("max-stale")
        || control.has("max-age")
        || insists(request)
        || kept.answer().freshness().mustRevalidate()) {
      return false;
    }
    Duration staleness = kept.age().minus(kept.answer().freshness().lifetime());
    boolean any = control.directives().getOrDefault("max-stale", "").isEmpty();
    return any || staleness.compareTo(control.time("max-stale").orElse(Duration.ZERO)) <= 0;
  }

  /**
   * Why an answer is not kept; empty where it is.
   *
   * @param common whether others than this caller would get it
   */
  static Optional<String> refusal(
      Exchange exchange, Route.Cache setting, boolean common, GatewayResponse answer, Instant now) {
    CacheControl control = CacheControl.of(answer.headers());
    int status = answer.status();
    if (status < 200 || status >= 500 || status == 206 || status == 304) {
      return Optional.of("status");
    }
    if (control.has("no-store")) {
      return Optional.of("no-store");
    }
    if (common && control.has("private")) {
      return Optional.of("private");
    }
    if (answer.headers().has("Set-Cookie") || answer.headers().has("Set-Cookie2")) {
      return Optional.of("set-cookie");
    }
    if (setting.shared() && authorized(exchange) && !control.forAll()) {
      return Optional.of("authorization");
    }
    if (names(answer.headers()).contains("*")) {
      return Optional.of("vary");
    }
    boolean told = Freshness.stated(answer.headers(), now).isPresent() || control.has("public");
    return told || KEPT_UNASKED.contains(status) ? Optional.empty() : Optional.of("unasked");
  }

  private static boolean authorized(Exchange exchange) {
    return exchange.caller().isPresent() || exchange.request().headers().has("Authorization");
  }

  /** The names of the fields that an answer varies by, in lower case and in order. */
  static List<String> names(Headers answer) {
    Set<String> names = new TreeSet<>();
    for (String value : answer.all("Vary")) {
      for (String name : value.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(name.strip().toLowerCase(Locale.ROOT));
        }
      }
    }
    return List.copyOf(names);
  }
}

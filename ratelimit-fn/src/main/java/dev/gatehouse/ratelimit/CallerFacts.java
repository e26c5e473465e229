package dev.gatehouse.ratelimit;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.Limit;
import dev.gatehouse.config.Limit.Key.Fact;
import dev.gatehouse.config.Route;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A caller that is named by the facts which a limit counts by, in gateway.yaml's words: {@code
 * user} (with {@code issuer}, where there are several), {@code ip}, {@code route} as in {@code
 * match}, {@code apiKey} (its id), {@code tier}, {@code header:NAME}, {@code claim:NAME}.
 *
 * <p>{@code ip} alone names an anonymous caller wherever one counts by its address.
 */
record CallerFacts(Gateway gateway) {
  private static final int LONGEST = 1024;

  /** The caller, of any use only if there were no violations. */
  Caller read(Limit limit, Map<String, String> facts, Violations violations) {
    Reader reader = new Reader(limit, new LinkedHashMap<>(facts), violations);
    Caller caller = reader.caller();
    reader.end();
    return caller;
  }

  /** The one fact that a limit counts by, if it is one. */
  static Optional<String> single(Limit limit) {
    return limit.by().size() == 1 ? Optional.of(name(limit.by().getFirst())) : Optional.empty();
  }

  /** A fact as gateway.yaml writes it. */
  static String name(Limit.Key key) {
    return switch (key) {
      case Fact fact ->
          switch (fact) {
            case USER -> "user";
            case IP -> "ip";
            case ROUTE -> "route";
            case API_KEY -> "apiKey";
            case TIER -> "tier";
          };
      case Limit.Key.Header(String name) -> "header:" + name;
      case Limit.Key.Claim(String name) -> "claim:" + name;
    };
  }

  private final class Reader {
    private final Limit limit;
    private final Map<String, String> unread;
    private final Violations violations;
    private final Map<String, String> named = new LinkedHashMap<>();
    private final List<String> absent = new ArrayList<>();
    private Optional<Caller.User> user = Optional.empty();

    Reader(Limit limit, Map<String, String> unread, Violations violations) {
      this.limit = limit;
      this.unread = unread;
      this.violations = violations;
    }

    Caller caller() {
      boolean byAddress = false;
      for (Limit.Key key : limit.by()) {
        byAddress |= read(key);
      }
      String address = byAddress ? address() : "";
      return new Caller(
          user,
          address,
          named.getOrDefault("route", ""),
          Optional.ofNullable(named.get("apiKey")),
          Optional.ofNullable(named.get("tier")),
          Set.of(),
          name -> Optional.ofNullable(named.get("header:" + name)),
          name -> Optional.ofNullable(named.get("claim:" + name)));
    }

    /** Whether the address stands for this fact. */
    private boolean read(Limit.Key key) {
      String name = name(key);
      if (key == Fact.IP) {
        return true;
      }
      Optional<String> value = take(name);
      value.ifPresent(text -> named.put(name, text));
      if (key == Fact.ROUTE) {
        route(value);
        return false;
      }
      if (key == Fact.USER && value.isPresent()) {
        user = Optional.of(new Caller.User(issuer(), value.get()));
      }
      if (value.isEmpty() && key != Fact.TIER) {
        absent.add(name);
      }
      return value.isEmpty() && key != Fact.TIER;
    }

    private void route(Optional<String> value) {
      List<String> routes =
          gateway.routes().stream()
              .filter(route -> route.limits().contains(limit.name()))
              .map(Route::match)
              .map(Object::toString)
              .distinct()
              .toList();
      if (value.filter(routes::contains).isEmpty()) {
        violations.add("route", value.orElse("missing"), "one of " + String.join(", ", routes));
      }
    }

    private String issuer() {
      Set<String> issuers =
          gateway.identity().issuers().stream().map(Issuer::issuer).collect(Collectors.toSet());
      Optional<String> given = Optional.ofNullable(unread.remove("issuer"));
      boolean ofKey = given.filter(String::isEmpty).isPresent();
      if (given.isEmpty() && issuers.size() == 1) {
        return issuers.iterator().next();
      }
      if (given.filter(issuers::contains).isEmpty()
          && !(ofKey && gateway.identity().apiKeys().isPresent())) {
        violations.add(
            "issuer",
            given.orElse("missing"),
            "one of " + String.join(", ", issuers) + ", or empty for the owner of an API key");
      }
      return given.orElse("");
    }

    private String address() {
      Optional<String> given = take("ip");
      if (given.isEmpty()) {
        String named = absent.isEmpty() ? "" : String.join(", ", absent) + ", or ";
        violations.add("ip", "missing", named + "the client's address");
      }
      return given.filter(this::literal).orElse("");
    }

    private boolean literal(String address) {
      try {
        var _ = InetAddress.ofLiteral(address);
        return true;
      } catch (IllegalArgumentException e) {
        violations.add("ip", "no address", "such as 192.0.2.1 or 2001:db8::1");
        return false;
      }
    }

    private Optional<String> take(String name) {
      Optional<String> value = Optional.ofNullable(unread.remove(name));
      value
          .filter(text -> text.isEmpty() || text.length() > LONGEST)
          .ifPresent(
              text ->
                  violations.add(
                      name, text.length() + " characters", "1 to " + LONGEST + " characters"));
      return value.filter(text -> !text.isEmpty());
    }

    void end() {
      String facts = limit.by().stream().map(CallerFacts::name).collect(Collectors.joining(", "));
      unread.keySet().forEach(name -> violations.add(name, "not counted by", "of " + facts));
    }
  }
}

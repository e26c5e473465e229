package dev.gatehouse.localstack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.cli.AccessRun.Said;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who comes in where: the whole matrix, and the journeys of keys and revocations. */
class AccessIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TEN_SECONDS = Duration.ofSeconds(11);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static AccessRun gateway;

  @BeforeAll
  static void start() {
    gateway = AccessRun.start();
  }

  @AfterAll
  static void end() {
    if (gateway != null) {
      gateway.close();
    }
  }

  /** What a caller shows. */
  private enum Shows {
    NOTHING,
    TOKEN,
    KEY
  }

  /** A caller. */
  private record Role(String name, Shows shows, Set<String> scopes, Set<String> roles) {
    boolean anyone() {
      return true;
    }

    boolean known() {
      return shows != Shows.NOTHING;
    }

    boolean token() {
      return shows == Shows.TOKEN;
    }

    boolean key() {
      return shows == Shows.KEY;
    }
  }

  /**
   * One route and method, and who may.
   *
   * @param shown the credentials that are looked at; others are none: 401
   * @param may whether such a caller is let in; 403 otherwise
   */
  private record Operation(String method, String path, Predicate<Role> shown, Predicate<Role> may) {
    int expected(Role role) {
      if (!shown.test(role)) {
        return 401;
      }
      return may.test(role) ? 200 : 403;
    }
  }

  private static final List<Role> ROLES =
      List.of(
          new Role("nobody", Shows.NOTHING, Set.of(), Set.of()),
          new Role("token", Shows.TOKEN, Set.of(), Set.of()),
          new Role("token-a", Shows.TOKEN, Set.of("a"), Set.of()),
          new Role("token-ab", Shows.TOKEN, Set.of("a", "b"), Set.of()),
          new Role("token-x", Shows.TOKEN, Set.of(), Set.of("x")),
          new Role("token-xy", Shows.TOKEN, Set.of(), Set.of("x", "y")),
          new Role("token-abxy", Shows.TOKEN, Set.of("a", "b"), Set.of("x", "y")),
          new Role("key", Shows.KEY, Set.of(), Set.of()),
          new Role("key-a", Shows.KEY, Set.of("a"), Set.of()),
          new Role("key-abxy", Shows.KEY, Set.of("a", "b"), Set.of("x", "y")));

  private static final List<Operation> OPERATIONS = operations();

  private static List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    all.add(new Operation("GET", "/m/public", Role::anyone, Role::anyone));
    all.add(new Operation("POST", "/m/public", Role::token, Role::anyone));
    for (String method : List.of("GET", "POST")) {
      all.add(new Operation(method, "/m/optional", Role::anyone, Role::anyone));
      all.add(new Operation(method, "/m/jwt", Role::token, Role::anyone));
      all.add(new Operation(method, "/m/key", Role::key, Role::anyone));
      all.add(new Operation(method, "/m/either", Role::known, Role::anyone));
      all.add(
          new Operation(method, "/m/items/1", Role::token, role -> role.scopes().contains("a")));
    }
    all.add(new Operation("GET", "/m/scopes-all", Role::token, role -> role.scopes().size() == 2));
    all.add(new Operation("GET", "/m/scopes-any", Role::token, role -> !role.scopes().isEmpty()));
    all.add(new Operation("GET", "/m/roles-all", Role::token, role -> role.roles().size() == 2));
    all.add(new Operation("GET", "/m/roles-any", Role::token, role -> !role.roles().isEmpty()));
    all.add(new Operation("GET", "/m/key-scope", Role::key, role -> role.scopes().contains("a")));
    all.add(
        new Operation("GET", "/m/either-role", Role::known, role -> role.roles().contains("x")));
    all.add(new Operation("GET", "/m/items/free", Role::anyone, Role::anyone));
    all.add(
        new Operation("DELETE", "/m/items/free", Role::token, role -> role.scopes().contains("a")));
    all.add(new Operation("GET", "/m/other/way", Role::token, role -> role.roles().contains("x")));
    return all;
  }

  /** What went wrong, and which requests the back end has to have seen. */
  private record Found(List<String> faults, Set<String> admitted) {}

  /**
   * Every operation in turn is the first that a fresh credential calls (cold), and all others
   * follow it (warm): every ordered pair of them, for every role.
   */
  @Test
  void noOrderOfCallsLetsAnyoneInOrKeepsAnyoneOut() throws Exception {
    gateway.seen();
    Set<String> admitted = new TreeSet<>();
    List<String> faults = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<Future<Found>> running = new ArrayList<>();
      for (Role role : ROLES) {
        for (Operation first : OPERATIONS) {
          running.add(pool.submit(() -> firstAndAllOthers(role, first)));
        }
      }
      for (Future<Found> one : running) {
        Found found = one.get();
        faults.addAll(found.faults());
        admitted.addAll(found.admitted());
      }
    }
    assertThat(faults).isEmpty();
    Set<String> seen = new TreeSet<>();
    for (JsonNode request : gateway.seen()) {
      seen.add(request.at("/headers/X-Request-ID/0").asText());
    }
    assertThat(seen).isEqualTo(admitted);
    assertThat(admitted).hasSizeGreaterThan(1_000);
  }

  private static Found firstAndAllOthers(Role role, Operation first) throws Exception {
    Found found = new Found(new ArrayList<>(), new HashSet<>());
    String[] credential = credential(role);
    call(role, first, credential, "cold", found);
    for (Operation next : OPERATIONS) {
      call(role, next, credential, "after " + first.method() + " " + first.path(), found);
    }
    return found;
  }

  private static void call(
      Role role, Operation operation, String[] credential, String when, Found found)
      throws Exception {
    String id = "m-" + NUMBER.incrementAndGet();
    List<String> fields = new ArrayList<>(List.of(credential));
    fields.addAll(List.of("X-Request-ID", id));
    int status =
        gateway
            .send(operation.method(), operation.path(), fields.toArray(String[]::new))
            .statusCode();
    int expected = operation.expected(role);
    if (status != expected) {
      found
          .faults()
          .add(
              role.name()
                  + " "
                  + operation.method()
                  + " "
                  + operation.path()
                  + " "
                  + when
                  + ": "
                  + status
                  + " (expected: "
                  + expected
                  + ")");
    }
    if (expected == 200) {
      found.admitted().add(id);
    }
  }

  private static String[] credential(Role role) throws Exception {
    return switch (role.shows()) {
      case NOTHING -> new String[0];
      case TOKEN -> {
        ObjectNode claims = AccessRun.claims(role.name(), "m-" + NUMBER.incrementAndGet());
        claims.put("scope", String.join(" ", role.scopes()));
        role.roles().forEach(claims.withArray("roles")::add);
        yield bearer(gateway.sign(claims));
      }
      case KEY -> {
        ObjectNode body = JSON.createObjectNode().put("owner", role.name());
        role.scopes().forEach(body.withArray("scopes")::add);
        role.roles().forEach(body.withArray("roles")::add);
        yield key(gateway.admin("POST", "/admin/keys", body).path("key").asText());
      }
    };
  }

  @Test
  void aKeyIsMadeUsedRotatedAndRevokedFromTheCommandLine() throws Exception {
    String[] at = {"--url", gateway.url(), "--token", gateway.operator()};
    Said made = AccessRun.gatehouse(with(at, "create", "--owner", "batch", "--scope", "a"));
    assertThat(made.err()).isEmpty();
    assertThat(made.exit()).isZero();
    String old = made.out();
    assertThat(old).matches("gk_[0-9A-Za-z]{20}_[0-9A-Za-z]{43}");
    String id = old.substring(3, 23);

    gateway.seen();
    assertThat(gateway.send("GET", "/m/key-scope", key(old)).statusCode()).isEqualTo(200);
    JsonNode fields = gateway.seen().get(0).path("headers");
    assertThat(fields.at("/X-User-Id/0").asText()).isEqualTo("batch");
    assertThat(fields.at("/X-Auth-Kind/0").asText()).isEqualTo("api-key");
    assertThat(fields.at("/X-User-Scopes/0").asText()).isEqualTo("a");
    assertThat(fields.has("X-API-Key") || fields.has("x-api-key")).isFalse();

    Said listed = AccessRun.gatehouse(with(at, "list"));
    assertThat(listed.out()).contains(id + "  active  batch  a").doesNotContain(old.substring(24));

    String next = AccessRun.gatehouse(with(at, "rotate", id, "--overlap", "1h")).out();
    assertThat(gateway.send("GET", "/m/key", key(old)).statusCode()).isEqualTo(200);
    assertThat(gateway.send("GET", "/m/key", key(next)).statusCode()).isEqualTo(200);
    assertThat(AccessRun.gatehouse(with(at, "show", next.substring(3, 23), "--json")).out())
        .contains("\"replaces\":\"" + id + "\"");

    Said revoked = AccessRun.gatehouse(with(at, "revoke", id));
    assertThat(revoked.exit()).isZero();
    assertThat(revoked.err()).startsWith(id + " is revoked since 20");

    Said again = AccessRun.gatehouse(with(at, "rotate", id));
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("422 VALIDATION_FAILED");
    Said unknown = AccessRun.gatehouse(with(at, "show", "x"));
    assertThat(unknown.err()).contains("404 NOT_FOUND");
  }

  @Test
  void theCommandLineFindsItsRunAndSaysWhatIsMissing() {
    Said listed =
        AccessRun.gatehouse("keys", "list", "--gateway", AccessRun.GATEWAY.toString(), "--json");
    assertThat(listed.err()).isEmpty();
    assertThat(listed.out()).startsWith("[");
    Said nobody = AccessRun.gatehouse("keys", "list", "--url", gateway.url(), "--token", "x.y.z");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.err()).contains("401 INVALID_TOKEN_FORMAT");
    Said nowhere =
        AccessRun.gatehouse("keys", "list", "--url", "http://127.0.0.1:1", "--token", "x");
    assertThat(nowhere.err()).contains("nothing listens there");
    Said bodiless =
        AccessRun.gatehouse(
            "keys", "create", "--gateway", AccessRun.GATEWAY.toString(), "--owner", " o");
    assertThat(bodiless.err()).contains("422 VALIDATION_FAILED", "/owner");
  }

  /** All of them at once, because each takes up to ten seconds to hold. */
  @Test
  void aRevocationHoldsWithinTenSecondsThoughTheAllowIsKept() throws Exception {
    String[] token = bearer(gateway.sign(AccessRun.claims("carol", "carol-1")));
    String[] other = bearer(gateway.sign(AccessRun.claims("carol", "carol-2")));
    ObjectNode old = AccessRun.claims("dave", "dave-1");
    long issued = old.path("iat").asLong() - 30;
    String[] olds = bearer(gateway.sign(old.put("iat", issued)));
    String[] suspended = credential(ROLES.getLast());
    String[] revoked = credential(ROLES.getLast());
    for (String[] one : List.of(token, other, olds, suspended, revoked)) {
      assertThat(gateway.send("GET", pathOf(one), one).statusCode()).isEqualTo(200);
    }

    ObjectNode before = JSON.createObjectNode().put("subject", "dave");
    before.put("issued_before", Instant.ofEpochSecond(issued + 10).toString());
    revoke(before);
    String jti = revoke(JSON.createObjectNode().put("jti", "carol-1"));
    String key = revoke(JSON.createObjectNode().put("api_key", id(suspended)));
    String[] at = {"--url", gateway.url(), "--token", gateway.operator()};
    assertThat(AccessRun.gatehouse(with(at, "revoke", id(revoked))).exit()).isZero();
    for (String[] one : List.of(token, olds, suspended, revoked)) {
      gateway.untilStatus(401, TEN_SECONDS, pathOf(one), one);
      assertThat(gateway.send("GET", "/m/optional", one).statusCode()).isEqualTo(401);
    }
    HttpResponse<String> refused = gateway.send("GET", "/m/jwt", token);
    assertThat(codeOf(refused)).isEqualTo("INVALID_TOKEN");
    assertThat(refused.headers().firstValue("x-amzn-Remapped-WWW-Authenticate").orElse(""))
        .contains("Bearer");
    String[] fresh = bearer(gateway.sign(AccessRun.claims("dave", "dave-2")));
    for (String[] one : List.of(other, fresh)) {
      assertThat(gateway.send("GET", "/m/jwt", one).statusCode()).isEqualTo(200);
    }

    for (String id : List.of(jti, key)) {
      new AdminClient(gateway.url(), gateway.operator())
          .call("DELETE", "/admin/revocations/" + id, Optional.empty());
    }
    for (String[] one : List.of(token, suspended)) {
      gateway.untilStatus(200, TEN_SECONDS, pathOf(one), one);
    }
  }

  private static String revoke(ObjectNode body) throws Exception {
    return gateway.admin("POST", "/admin/revocations", body).path("id").asText();
  }

  private static String pathOf(String[] credential) {
    return credential[0].equals("Authorization") ? "/m/jwt" : "/m/key";
  }

  private static String id(String[] key) {
    return key[1].substring(3, 23);
  }

  /**
   * An environment primed before its connection to Redis stands shares the keys later; between two
   * attempts lie at most 20 s (FetchBudget).
   */
  @Test
  void readinessTellsTheAgeOfTheKeySetOnceTokensHaveCome() throws Exception {
    Instant end = Instant.now().plusSeconds(30);
    String ready = "";
    for (int i = 0; !ready.contains("age_sec") && Instant.now().isBefore(end); i++) {
      String[] token = bearer(gateway.sign(AccessRun.claims("frank", "frank-" + i)));
      assertThat(gateway.send("GET", "/m/jwt", token).statusCode()).isEqualTo(200);
      ready = gateway.send("GET", "/readyz").body();
    }
    assertThat(JSON.readTree(ready).path("jwks").findValue("status").asText()).isEqualTo("up");
  }

  @Test
  void twoCredentialsAreNone() throws Exception {
    String[] token = bearer(gateway.sign(AccessRun.claims("erin", "erin-1")));
    String[] key = credential(ROLES.getLast());
    for (String path : List.of("/m/either", "/m/optional", "/m/jwt", "/m/key")) {
      assertThat(gateway.send("GET", path, token[0], token[1], key[0], key[1]).statusCode())
          .as(path)
          .isEqualTo(401);
    }
    assertThat(gateway.send("GET", "/m/jwt", token).statusCode()).isEqualTo(200);
    assertThat(gateway.send("GET", "/m/key", key).statusCode()).isEqualTo(200);
  }

  /**
   * Three failures of one address; then no credential of it is looked at, however good it is. While
   * Redis does not answer an environment counts its share alone, so it may take a few more.
   */
  @Test
  void failedLoginsAreLimitedByAddress() throws Exception {
    String[] good = credential(ROLES.getLast());
    String wrong = good[1].substring(0, good[1].length() - 1) + (good[1].endsWith("0") ? "1" : "0");
    assertThat(codeOf(guess(good[0], wrong))).isEqualTo("INVALID_API_KEY");
    HttpResponse<String> limited = guess(good[0], good[1]);
    for (int i = 0; i < 100 && limited.statusCode() == 200; i++) {
      guess(good[0], wrong);
      limited = guess(good[0], good[1]);
    }
    assertThat(limited.statusCode()).isEqualTo(401);
    assertThat(codeOf(limited)).isEqualTo("MISSING_AUTHORIZATION");
    assertThat(limited.headers().firstValue("Retry-After")).isEmpty();
    assertThat(gateway.logs("authorizer")).contains("\"code\":\"RATE_LIMITED\"", "203.0.113.7");
    assertThat(gateway.send("GET", "/m/either", good).statusCode()).isEqualTo(200);
    assertThat(gateway.send("GET", "/m/optional", "X-Forwarded-For", "203.0.113.7").statusCode())
        .isEqualTo(200);
  }

  private static HttpResponse<String> guess(String header, String key) throws Exception {
    return gateway.send("GET", "/m/either", "X-Forwarded-For", "203.0.113.7", header, key);
  }

  private static String codeOf(HttpResponse<String> problem) throws Exception {
    return JSON.readTree(problem.body()).path("code").asText();
  }

  @Test
  void identityFieldsOfTheClientsNeverArriveInWhateverSpelling() throws Exception {
    String[] token = bearer(gateway.sign(AccessRun.claims("frank", "frank-1")));
    List<String> fields = new ArrayList<>(List.of(token));
    for (String name :
        List.of(
            "X-User-Id",
            "x-user-id",
            "X_User_Id",
            "X_USER-ID",
            "X-User_Email",
            "X-USER-ROLES",
            "x_user_scopes",
            "X-User-Anything",
            "X-Auth-Kind",
            "x_auth_kind",
            "X-Auth-Request-User",
            "X-Real-IP",
            "x_real_ip",
            "X-Forwarded-User",
            "x_forwarded_email",
            "Forwarded",
            "X-Amzn-Oidc-Identity",
            "x-amzn-oidc-data",
            "X_Amzn_Oidc_Accesstoken")) {
      fields.add(name);
      fields.add("forged");
    }
    for (String path : List.of("/m/jwt", "/m/optional", "/m/public", "/m/either")) {
      gateway.seen();
      assertThat(gateway.send("GET", path, fields.toArray(String[]::new)).statusCode())
          .isEqualTo(200);
      assertThat(gateway.seen().toString()).as(path).doesNotContain("forged");
    }
  }

  @Test
  void everyChangeAndEveryDecisionIsInTheLogAndNoCredentialIs() throws Exception {
    JsonNode made =
        gateway.admin("POST", "/admin/keys", JSON.createObjectNode().put("owner", "grace"));
    String key = made.path("key").asText();
    String token = gateway.sign(AccessRun.claims("grace", "grace-1"));
    gateway.send("GET", "/m/key", key(key));
    gateway.send("GET", "/m/jwt", bearer(token));
    String audit = gateway.logs("authorizer");
    String changes = gateway.logs("keys");
    assertThat(changes)
        .contains("\"action\":\"key.create\"", "\"key_owner\":\"grace\"", "\"user_id\":\"root\"");
    assertThat(audit).contains("\"credential\":\"grace-1\"", made.path("id").asText());
    for (String log : List.of(audit, changes, gateway.logs("proxy"))) {
      assertThat(log)
          .doesNotContain(key.substring(24))
          .doesNotContain(token.substring(token.lastIndexOf('.') + 1));
      assertThat(
              log.lines().anyMatch(line -> line.matches(".*gk_[0-9A-Za-z]{20}_[0-9A-Za-z]{43}.*")))
          .isFalse();
    }
  }

  private static String[] with(String[] at, String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("keys", command));
    all.addAll(List.of(at));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  private static String[] key(String text) {
    return new String[] {"X-API-Key", text};
  }
}

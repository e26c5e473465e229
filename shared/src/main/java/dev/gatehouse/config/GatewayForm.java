package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;
import static dev.gatehouse.config.Form.Key.required;

import dev.gatehouse.config.Form.Either;
import dev.gatehouse.config.Form.Flag;
import dev.gatehouse.config.Form.Items;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Named;
import dev.gatehouse.config.Form.Span;
import dev.gatehouse.config.Form.Text;
import dev.gatehouse.config.Form.Whole;
import dev.gatehouse.config.Form.Words;
import java.time.Duration;

/** The one description of gateway.yaml: its keys, their forms and their bounds. */
final class GatewayForm {
  private static final int ANY_NUMBER = Integer.MAX_VALUE;

  private static final Form CLAIM = new Text(Notation.CLAIM);
  private static final Form FACT = new Text(Notation.FACT);
  private static final Form SECRET = new Text(Notation.SECRET);

  private static final Keys CLAIMS =
      new Keys(
          "Where to find facts about the caller in a token; a dot descends into an object.",
          optional("user", CLAIM, "The caller's id; sub unless set."),
          optional("email", CLAIM, "The caller's address; email unless set."),
          optional("roles", CLAIM, "The caller's roles, an array; roles unless set."),
          optional("scopes", CLAIM, "Scopes, a text with spaces or an array; scope unless set."),
          optional("tier", CLAIM, "The caller's tier; tier unless set."));

  private static final Keys ISSUER =
      new Keys(
              "An issuer of tokens.",
              required("name", new Text(Notation.NAME), "Our name for it."),
              required("issuer", new Text(Notation.TEXT), "The exact value of the iss claim."),
              optional("jwks", new Text(Notation.JWKS_URL), "Where its JSON Web Key Set is."),
              optional("secret", SECRET, "The Secrets Manager name of its HMAC secret."),
              optional(
                  "audiences",
                  new Items(new Text(Notation.TEXT), 1),
                  "Accepted values of aud; may be left out only with a shared secret."),
              required(
                  "algorithms",
                  new Items(new Words(Issuer.ALGORITHMS), 1),
                  "Accepted values of alg (RFC 7518 section 3.1)."),
              optional("claims", CLAIMS, "Where to find facts about the caller."))
          .oneOf("jwks", "secret");

  private static final Keys IDENTITY =
      new Keys(
          "Who may be believed about who is calling.",
          optional("issuers", new Items(ISSUER, 0), "Issuers of tokens."),
          optional(
              "apiKeys",
              new Keys(
                  "API keys.",
                  optional(
                      "header",
                      new Text(Notation.HEADER),
                      "The header that carries the key; X-API-Key unless set.")),
              "Present when API keys are accepted."),
          optional(
              "cache",
              span("0s", "1h", "5m"),
              "How long API Gateway keeps an authorizer's answer; 5m unless set."),
          optional(
              "clockSkew",
              span("0s", "5m", "60s"),
              "Tolerated difference between an issuer's clock and ours; 60s unless set."),
          optional(
              "maxLifetime",
              span("1m", "366d", "24h"),
              "Longest accepted time between now and a token's exp; 24h unless set."),
          optional(
              "staleKeys",
              span("0s", "7d", "1h"),
              "How long old keys are used while their issuer is down; 1h unless set."),
          optional(
              "failedLogins",
              new Text(Notation.NAME),
              "The limit, by ip, that failed logins of an address spend; unlimited unless set."));

  private static final Keys CORS =
      new Keys(
          "Cross-origin rules.",
          required(
              "origins",
              new Items(new Text(Notation.ORIGIN), 1),
              "Exact origins, or * alone (never with credentials)."),
          optional(
              "methods",
              new Items(new Words("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"), 1),
              "Methods that a preflight allows; those of the route unless set."),
          optional(
              "headers",
              new Items(new Text(Notation.HEADER), 1),
              "Request headers that a preflight allows; those asked for unless set."),
          optional("credentials", new Flag(), "Whether cookies may be sent; false unless set."),
          optional(
              "maxAge",
              span("0s", "24h", "10m"),
              "How long browsers keep a preflight's answer; 10m unless set."));

  private static final Keys LIMIT =
      new Keys(
              "A rate limit.",
              required(
                  "by",
                  new Either(FACT, new Items(FACT, 1)),
                  "The facts of a request that make up its key, together."),
              optional("rate", new Text(Notation.RATE), "Token bucket: its refill, such as 50/s."),
              optional(
                  "burst",
                  new Whole(1, ANY_NUMBER),
                  "Token bucket: its size; the count of the rate unless set."),
              optional(
                  "window",
                  new Text(Notation.WINDOW),
                  "Sliding window: requests in any window of this length, such as 60/1m."),
              optional("cost", new Whole(1, ANY_NUMBER), "What a request takes; 1 unless set."),
              optional(
                  "when",
                  new Keys(
                      "The callers that a limit applies to.",
                      optional("tier", new Text(Notation.SCOPE), "Callers of this tier."),
                      optional("role", new Text(Notation.SCOPE), "Callers with this role."),
                      optional(
                          "caller",
                          new Words("anonymous", "signed-in"),
                          "Callers without a credential, or with one; both unless set.")),
                  "The callers that it applies to; everyone unless set."),
              optional(
                  "shadow", new Flag(), "Counted and logged, never refuses; false unless set."),
              optional(
                  "withoutRedis",
                  new Words("allow", "deny", "local"),
                  "What it decides while Redis cannot be reached; local (a bounded share in each"
                      + " instance) unless set."))
          .oneOf("rate", "window");

  private static final Keys QUEUE =
      new Keys(
          "A virtual queue.",
          optional(
              "events",
              new Items(new Text(Notation.EVENT), 1),
              "Names or prefixes (evt-*) of the events that it serves; its own name unless set."),
          required("admit", new Text(Notation.ADMIT), "How many are called, such as 50/s."),
          required(
              "capacity", new Whole(1, ANY_NUMBER), "How many may be inside at the same time."),
          optional("opensAt", new Text(Notation.INSTANT), "When it opens; now unless set."),
          optional(
              "prequeue",
              new Words("none", "shuffle"),
              "How those who came before the opening are ordered; none unless set."),
          optional(
              "grace",
              span("1s", "1h", "20s"),
              "How long a ticket may go unseen before its place is passed over; 20s unless set."),
          optional(
              "claimWithin",
              span("1s", "1h", "60s"),
              "How long a called ticket may take to enter; 60s unless set."),
          optional(
              "session",
              span("1s", "24h", "10m"),
              "How long an entered visitor holds a slot; 10m unless set."));

  private static final Keys OPERATIONS =
      new Keys(
          "Who may see the gateway's own pages.",
          optional("health", AllowForm.ALLOW, "Detailed health; public unless set."),
          optional("metrics", AllowForm.ALLOW, "Prometheus metrics; public unless set."),
          optional("docs", AllowForm.ALLOW, "The portal and openapi.json; public unless set."));

  /** The whole file. */
  static final Keys GATEWAY =
      new Keys(
          "A gateway (gateway.yaml of Gatehouse).",
          required("name", new Text(Notation.GATEWAY_NAME), "The prefix of its stacks."),
          optional("identity", IDENTITY, "Who may be believed about who is calling."),
          optional("cors", CORS, "Cross-origin rules; other origins are refused unless set."),
          optional("limits", new Named("rate limits", LIMIT), "Rate limits by name."),
          optional("queues", new Named("virtual queues", QUEUE), "Virtual queues by name."),
          required(
              "services",
              new Named("services", ServiceForm.SERVICE),
              "Services behind the gateway by name."),
          required("routes", new Items(RouteForm.ROUTE, 1), "Routes; the most specific one wins."),
          optional(
              "errors",
              new Words("problem", "classic"),
              "How errors are written; problem (RFC 9457) unless set."),
          optional("operations", OPERATIONS, "Who may see the gateway's own pages."),
          optional(
              "trustedHops",
              new Whole(0, 10),
              "Proxies in front of API Gateway that append to X-Forwarded-For; 0 unless set."),
          optional(
              "redact",
              new Items(new Text(Notation.TEXT), 0),
              "Query parameters whose values are never logged."));

  private GatewayForm() {}

  static Span span(String min, String max, String example) {
    return new Span(duration(min), duration(max), example);
  }

  private static Duration duration(String text) {
    return Quantities.duration(text).orElseThrow();
  }
}

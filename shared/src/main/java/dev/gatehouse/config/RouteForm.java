package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;
import static dev.gatehouse.config.Form.Key.required;
import static dev.gatehouse.config.GatewayForm.span;

import dev.gatehouse.config.Form.Either;
import dev.gatehouse.config.Form.Flag;
import dev.gatehouse.config.Form.Items;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Numbers;
import dev.gatehouse.config.Form.Text;
import dev.gatehouse.config.Form.Whole;
import dev.gatehouse.config.Form.Words;
import java.util.List;

/** The description of a route in gateway.yaml. */
final class RouteForm {
  private static final Form NAME = new Text(Notation.NAME);
  private static final Words MODE = new Words("off", "optional", "required");

  private static final Form QUEUE =
      new Either(
          NAME,
          new Keys(
              "A pass that is needed.",
              required("name", NAME, "The queue."),
              optional(
                  "event",
                  new Text(Notation.EVENT_PLACE),
                  "Where the event's name stands: a JSON pointer into the body, or path:NAME.")));

  private static final Form IDEMPOTENCY =
      new Either(
          MODE,
          new Keys(
              "Idempotency keys.",
              required("mode", MODE, "Whether a key is needed."),
              optional("ttl", span("1m", "30d", "24h"), "How long a key is kept; 24h unless set."),
              optional("keyFormat", new Words("any", "uuid4"), "How keys look; any unless set."),
              optional(
                  "store",
                  new Words("success", "all"),
                  "Answers that are kept: 2xx, or deterministic 4xx too; success unless set."),
              optional(
                  "conflictStatus",
                  new Numbers(List.of(409, 422)),
                  "The status of a key that was used for another request; 422 unless set."),
              optional(
                  "upstream",
                  new Words("deduplicates"),
                  "Set when the service honours the forwarded Idempotency-Key.")));

  private static final Form TTL = span("1s", "7d", "60s");

  private static final Form CACHE =
      new Either(
          TTL,
          new Keys(
              "Answers to GET that are kept.",
              required("ttl", TTL, "How long an answer is fresh that does not say so itself."),
              optional(
                  "shared",
                  new Flag(),
                  "One answer for all callers; each caller has its own unless set."),
              optional(
                  "staleIfError",
                  span("0s", "7d", "1h"),
                  "How long a stale answer may stand in for a failing service; 0s unless set."),
              optional(
                  "staleWhileRevalidate",
                  span("0s", "7d", "30s"),
                  "How long others get the stale answer while one caller fetches a new one; 0s"
                      + " unless set."),
              optional(
                  "vary",
                  new Items(new Text(Notation.HEADER), 1),
                  "Request fields that answers depend on without saying so in Vary.")));

  private static final Keys GRAPHQL =
      new Keys(
          "Limits of GraphQL operations.",
          optional("maxDepth", new Whole(1, 100), "Deepest selection; 8 unless set."),
          optional("maxCost", new Whole(1, 1_000_000), "Highest cost; 1000 unless set."),
          optional("maxBatch", new Whole(1, 100), "Operations in a batch; 1 unless set."),
          optional("introspection", new Flag(), "Whether it is allowed; false unless set."));

  private static final Keys VERSION =
      new Keys(
          "The life of this version.",
          optional("deprecated", new Text(Notation.DATE), "From when it is deprecated."),
          optional("sunset", new Text(Notation.DATE), "From when it may be gone."),
          optional(
              "successor", new Text(Notation.PATH), "The path of the version to use instead."));

  static final Keys ROUTE =
      new Keys(
              "A route.",
              required("match", new Text(Notation.MATCH), "Method and path, such as GET /users/*."),
              optional("when", WhenSection.WHEN, "What a request has to be beside its match."),
              optional("to", DestinationSection.TO, "The service, or services and their weights."),
              optional("redirect", DestinationSection.REDIRECT, "Another address for the client."),
              optional("rewrite", DestinationSection.REWRITE, "The path to call the service with."),
              required("allow", AllowForm.ALLOW, "Who may use it."),
              optional("limits", new Items(NAME, 0), "Rate limits, decided together."),
              optional("queue", QUEUE, "The queue whose pass is needed."),
              optional("idempotency", IDEMPOTENCY, "Idempotency keys; off unless set."),
              optional("releases", NAME, "The queue whose slot a 2xx answer gives back."),
              optional("cache", CACHE, "GET: how answers are kept; not at all unless set."),
              optional("graphql", GRAPHQL, "Limits of GraphQL operations."),
              optional("version", VERSION, "The life of this version."),
              optional(
                  "timeout", span("1ms", "27s", "5s"), "Instead of the service's request timeout."),
              optional(
                  "accepts", MessagesForm.ACCEPTS, "Bodies that are accepted; all unless set."),
              optional(
                  "fallback",
                  MessagesForm.FALLBACK,
                  "GET: the answer where the service has none; a problem unless set."),
              optional("request", MessagesForm.CHANGES, "Changes of what the service gets."),
              optional("response", MessagesForm.CHANGES, "Changes of what the client gets."))
          .oneOf("to", "redirect");

  private RouteForm() {}
}

package dev.gatehouse.config;

import static dev.gatehouse.config.Form.Key.optional;
import static dev.gatehouse.config.Form.Key.required;
import static dev.gatehouse.config.GatewayForm.span;

import dev.gatehouse.config.Form.Either;
import dev.gatehouse.config.Form.Flag;
import dev.gatehouse.config.Form.Items;
import dev.gatehouse.config.Form.Keys;
import dev.gatehouse.config.Form.Named;
import dev.gatehouse.config.Form.Text;
import dev.gatehouse.config.Form.Whole;
import dev.gatehouse.config.Form.Words;

/** The description of a service in gateway.yaml. */
final class ServiceForm {
  private static final Form URL = new Text(Notation.URL);
  private static final Form SECRET = new Text(Notation.SECRET);

  private static final Keys TIMEOUT =
      new Keys(
          "Timeouts.",
          optional("connect", span("1ms", "27s", "250ms"), "To connect; 250ms unless set."),
          optional("request", span("1ms", "27s", "2s"), "For all of it; 10s unless set."));

  private static final Keys RETRY =
      new Keys(
          "Retries.",
          optional("attempts", new Whole(1, 10), "Calls, the first included; 3 unless set."),
          optional(
              "backoff",
              span("1ms", "10s", "25ms"),
              "The first pause, doubled for each further one; 25ms unless set."),
          optional(
              "budget",
              new Text(Notation.PERCENT),
              "Retries as a share of requests; 20% unless set."),
          optional(
              "hedge",
              span("1ms", "27s", "200ms"),
              "After what time without an answer to a GET, HEAD or OPTIONS another instance is"
                  + " asked as well; never unless set."));

  private static final Keys BREAKER =
      new Keys(
          "A circuit breaker.",
          optional(
              "failures", new Whole(1, 10_000), "Failures in a minute that open it; 5 unless set."),
          optional("open", span("1s", "1h", "60s"), "How long it stays open; 60s unless set."),
          optional("successes", new Whole(1, 100), "Probes in a row that close it; 3 unless set."));

  private static final Keys HEALTH =
      new Keys(
          "An active probe.",
          required("path", new Text(Notation.PATH), "What it asks for, such as /healthz."));

  private static final Keys TLS =
      new Keys(
          "Mutual TLS.",
          required("certificate", SECRET, "Secrets Manager name of our X.509-SVID and key."),
          required("trust", SECRET, "Secrets Manager name of the trust domain's bundle."),
          optional(
              "spiffeId", new Text(Notation.SPIFFE_ID), "The only accepted id of the server."));

  private static final Form MOST = new Whole(1, 100_000);
  private static final Form CONCURRENCY =
      new Either(
          MOST,
          new Keys(
              "Calls in flight, of all environments together.",
              required("most", MOST, "Never more."),
              optional(
                  "least",
                  MOST,
                  "Where it falls to while calls fail or become slow, to rise again when they do"
                      + " not; it does not move unless set."),
              optional(
                  "latency",
                  new Text(Notation.TOLERANCE),
                  "How much slower than without load calls may become before it falls; 50% unless"
                      + " set, off: it falls by failures alone.")));

  static final Keys SERVICE =
      new Keys(
              "A service behind the gateway.",
              optional("url", URL, "Its base address; a path is a prefix of every request."),
              optional("urls", new Items(URL, 1), "The base addresses of its instances."),
              optional("cloudMap", new Text(Notation.CLOUD_MAP), "Its AWS Cloud Map name."),
              optional("grpc", new Text(Notation.HOST_AND_PORT), "Its gRPC server."),
              optional(
                  "descriptors",
                  new Text(Notation.FILE),
                  "gRPC: a FileDescriptorSet beside this file."),
              optional(
                  "balance",
                  new Words("round-robin", "least-requests"),
                  "How instances take turns; round-robin unless set."),
              optional("timeout", TIMEOUT, "Timeouts."),
              optional("retry", RETRY, "Retries."),
              optional("breaker", BREAKER, "The circuit breaker."),
              optional("health", HEALTH, "An active probe; none unless set."),
              optional("tls", TLS, "Mutual TLS; none unless set."),
              optional(
                  "openapi",
                  new Text(Notation.FILE_BELOW),
                  "Its OpenAPI document, which routes are checked against; a file below the folder"
                      + " of this one."),
              optional(
                  "rewriteRedirects",
                  new Flag(),
                  "Whether its own addresses in Location become the gateway's; false unless set."),
              optional(
                  "concurrency",
                  CONCURRENCY,
                  "Calls in flight, of all environments together; any number unless set."),
              optional(
                  "zones",
                  new Named(
                      "the networks of availability zones",
                      Notation.ZONE,
                      new Items(new Text(Notation.NETWORK), 1)),
                  "Where its instances are; those in the function's own zone are preferred. No"
                      + " zone is unless set."))
          .oneOf("url", "urls", "cloudMap", "grpc");

  private ServiceForm() {}
}

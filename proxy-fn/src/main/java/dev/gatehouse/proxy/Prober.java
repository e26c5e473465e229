package dev.gatehouse.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.json.Json;
import dev.gatehouse.json.StrictJson;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.proxy.ProbeReport.State;
import dev.gatehouse.proxy.ProbeRound.Finding;
import dev.gatehouse.redis.Redis;
import dev.gatehouse.redis.RedisEnvironment;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.RequestLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The parts of the function that probes, put together: one event of the schedule is one round.
 *
 * @param participants what has something to do around a checkpoint
 */
record Prober(ProbeRound round, GatewayMetrics metrics, List<Participant> participants) {
  /**
   * The parts for this environment.
   *
   * @param environment REDIS_ENDPOINT and REDIS_SECRET
   */
  static Prober fromEnvironment(Map<String, String> environment) {
    InstantSource clock = InstantSource.system();
    Secrets secrets = new Secrets(clock);
    Redis redis = RedisEnvironment.redis(environment, secrets, clock);
    redis.open();
    Gateway gateway = Gateway.fromClassPath();
    Names names = Names.ofSystem(clock);
    HttpUpstream http = HttpUpstream.to(gateway.services().values(), names);
    ProbeRound round =
        new ProbeRound(
            gateway, names, new Probe(http), redis, Thread::sleep, clock, ProbeRound.BOUND);
    return new Prober(round, new GatewayMetrics(), List.of(redis, secrets, http));
  }

  /**
   * Runs a round for an event and says what came of it.
   *
   * @param log of this invocation
   * @return a summary, as JSON
   * @throws GatewayException INVALID_REQUEST for another event, SERVICE_UNAVAILABLE without Redis;
   *     the invocation has failed then, and is logged as that
   */
  byte[] serve(byte[] event, RequestLog log) throws InterruptedException {
    long started = System.nanoTime();
    try {
      check(event);
      List<Finding> findings = round.run();
      findings.forEach(finding -> tell(finding, log));
      Map<String, Object> summary = summary(findings);
      summary.forEach(log::put);
      log.put("latency_ms", Duration.ofNanos(System.nanoTime() - started))
          .write("probe_round_completed");
      return Json.text(json -> Json.value(json, summary)).getBytes(UTF_8);
    } catch (GatewayException e) {
      log.put("code", e.code().code()).put("fault", e.detail()).warn("probe_round_failed");
      throw e;
    }
  }

  private static void check(byte[] event) {
    String fault =
        switch (StrictJson.read(event)) {
          case StrictJson.Malformed(String reason) -> reason;
          case StrictJson.Document(Map<String, Object> members) ->
              "aws.events".equals(members.get("source"))
                      && "Scheduled Event".equals(members.get("detail-type"))
                  ? ""
                  : "source "
                      + word(members.get("source"))
                      + ", detail-type "
                      + word(members.get("detail-type"));
        };
    if (!fault.isEmpty()) {
      throw new GatewayException(
          ErrorCode.INVALID_REQUEST,
          "event: " + fault + " (expected: source aws.events, detail-type Scheduled Event)");
    }
  }

  private static String word(@Nullable Object value) {
    return value instanceof String text ? text : "none";
  }

  private void tell(Finding finding, RequestLog log) {
    String service = finding.service().name();
    metrics.probed(service, State.UP.word(), finding.now().number(State.UP));
    metrics.probed(service, State.DOWN.word(), finding.now().number(State.DOWN));
    metrics.probed(service, "undecided", finding.undecided());
    finding
        .now()
        .instances()
        .forEach(
            (place, state) -> {
              State before = finding.before().instances().get(place);
              if (state != Objects.requireNonNullElse(before, State.UP)) {
                log.put("upstream", service)
                    .put("instance", place)
                    .put("status", state.word())
                    .put("before", before == null ? "unknown" : before.word())
                    .warn("instance_changed");
              }
            });
  }

  private static Map<String, Object> summary(List<Finding> findings) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("services", findings.size());
    summary.put(
        "instances",
        findings.stream().mapToLong(one -> one.now().instances().size() + one.undecided()).sum());
    summary.put("down", findings.stream().mapToLong(one -> one.now().number(State.DOWN)).sum());
    summary.put("undecided", findings.stream().mapToLong(Finding::undecided).sum());
    return summary;
  }
}

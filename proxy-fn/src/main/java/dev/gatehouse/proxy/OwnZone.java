package dev.gatehouse.proxy;

import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.http.Headers;
import dev.gatehouse.json.StrictJson;
import dev.gatehouse.lifecycle.Participant;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ID of the availability zone that this environment runs in, as Lambda's metadata endpoint
 * tells it. It is asked at the first need, and again after a restore, which may be anywhere.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-metadata-endpoint.html">Using
 *     the Lambda metadata endpoint</a>
 */
final class OwnZone implements Participant {
  private static final Logger LOG = LoggerFactory.getLogger(OwnZone.class);
  private static final String PATH = "/2026-01-15/metadata/execution-environment";

  /** The endpoint is on this machine. */
  private static final Duration PATIENCE = Duration.ofMillis(100);

  /** Between two attempts, where it does not tell. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Map<String, String> environment;
  private final HttpUpstream http;
  private final InstantSource clock;
  private Optional<String> known = Optional.empty();
  private Instant askedAt = Instant.MIN;

  /**
   * @param environment AWS_LAMBDA_METADATA_API and AWS_LAMBDA_METADATA_TOKEN, which Lambda sets
   */
  OwnZone(Map<String, String> environment, HttpUpstream http, InstantSource clock) {
    this.environment = Map.copyOf(environment);
    this.http = http;
    this.clock = clock;
  }

  /** Empty where nothing tells. */
  synchronized Optional<String> id() {
    Instant now = clock.instant();
    if (known.isEmpty() && askedAt.isBefore(now.minus(PAUSE))) {
      askedAt = now;
      known = asked();
    }
    return known;
  }

  private Optional<String> asked() {
    String api = environment.get("AWS_LAMBDA_METADATA_API");
    if (api == null) {
      LOG.warn("AWS_LAMBDA_METADATA_API is not set (expected: by Lambda); no zone is preferred");
      return Optional.empty();
    }
    String token = environment.getOrDefault("AWS_LAMBDA_METADATA_TOKEN", "");
    UpstreamOutcome outcome =
        http.send(
            HttpUpstream.Call.get(
                URI.create("http://" + api + PATH),
                Headers.of("Authorization", "Bearer " + token),
                PATIENCE));
    Optional<String> zone =
        outcome instanceof UpstreamOutcome.Answered(GatewayResponse answer)
                && answer.status() == 200
                && StrictJson.read(answer.body()) instanceof StrictJson.Document(var members)
                && members.get("AvailabilityZoneID") instanceof String id
            ? Optional.of(id)
            : Optional.empty();
    if (zone.isEmpty()) {
      LOG.warn("the metadata endpoint does not tell the zone; none is preferred for {}", PAUSE);
    }
    return zone;
  }

  @Override
  public synchronized void beforeCheckpoint() {
    known = Optional.empty();
    askedAt = Instant.MIN;
  }
}

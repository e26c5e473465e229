package dev.gatehouse.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Gateway.ErrorFormat;
import dev.gatehouse.telemetry.GatewayMetrics;
import dev.gatehouse.telemetry.RequestLog;
import dev.gatehouse.telemetry.TraceContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every function of the gateway does around its own work: decodes the event, turns refusals
 * and faults into problems, adds the fields that every answer carries, writes one log line and the
 * request's metrics, and encodes the answer.
 */
public final class FrontDoor {
  /**
   * Lambda's quota of a synchronous answer
   * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
   */
  private static final int LONGEST_ANSWER = 6 * 1024 * 1024;

  /** A store or secret that cannot be had may be back with the next request. */
  private static final Headers SOON = Headers.of("Retry-After", "1");

  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

  private final Gateway gateway;
  private final CorsPolicy cors;
  private final Answer answer;
  private final GatewayMetrics metrics;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param answer the function's own work
   */
  public FrontDoor(Gateway gateway, CorsPolicy cors, Answer answer, GatewayMetrics metrics) {
    this.gateway = gateway;
    this.cors = cors;
    this.answer = answer;
    this.metrics = metrics;
  }

  /** A function's own work. */
  @FunctionalInterface
  public interface Answer {
    /**
     * The answer, before the fields that every answer carries.
     *
     * @throws GatewayException when the request is refused
     */
    GatewayResponse to(Exchange exchange);
  }

  /** Serves one event of API Gateway. */
  public void serve(InputStream event, OutputStream output, Context context) throws IOException {
    long started = System.nanoTime();
    GatewayRequest request = ApiGatewayCodec.decode(event);
    Duration remaining = Duration.ofMillis(context.getRemainingTimeInMillis());
    Exchange exchange = exchange(request, remaining, RequestLog.begin(context));
    GatewayResponse response = finish(exchange, attempt(exchange), started);
    byte[] encoded = ApiGatewayCodec.encode(response);
    if (encoded.length > LONGEST_ANSWER) {
      response = finish(exchange, tooLarge(exchange), started);
      encoded = ApiGatewayCodec.encode(response);
    }
    output.write(encoded);
    reportSafely(exchange, response.status(), Duration.ofNanos(System.nanoTime() - started));
  }

  /** An answer that is ready is not withheld because it could not be reported. */
  private void reportSafely(Exchange exchange, int status, Duration elapsed) {
    try {
      report(exchange, status, elapsed);
    } catch (RuntimeException e) {
      LOG.error("request {} was answered, not reported", exchange.requestId(), e);
    }
  }

  /** Plays an event through before a checkpoint; its answer is for nobody, and nothing is told. */
  public byte[] rehearse(InputStream event, Duration remaining) throws IOException {
    long started = System.nanoTime();
    Exchange exchange =
        exchange(ApiGatewayCodec.decode(event), remaining, RequestLog.ofNoInvocation());
    return ApiGatewayCodec.encode(finish(exchange, attempt(exchange), started));
  }

  private Exchange exchange(GatewayRequest request, Duration remaining, RequestLog log) {
    TraceContext trace =
        TraceContext.of(
            request.headers().first("X-Amzn-Trace-Id"),
            request.headers().first("traceparent"),
            random);
    return new Exchange(
        request,
        RequestIds.of(request),
        trace,
        ClientAddress.of(request, gateway.trustedHops()),
        remaining,
        log);
  }

  private GatewayResponse attempt(Exchange exchange) {
    try {
      return answer.to(exchange);
    } catch (GatewayException e) {
      return problem(exchange, e);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("request {} failed", exchange.requestId(), e);
      metrics.requestFailed("internal");
      return problem(
          exchange,
          new GatewayException(ErrorCode.INTERNAL_ERROR, "The gateway could not finish."));
    }
  }

  private GatewayResponse tooLarge(Exchange exchange) {
    return problem(
        exchange,
        new GatewayException(
            ErrorCode.RESPONSE_TOO_LARGE, "The answer is longer than 6 MB once encoded."));
  }

  private GatewayResponse problem(Exchange exchange, GatewayException e) {
    exchange.log().put("code", e.code().code());
    if (e.code() == ErrorCode.SERVICE_UNAVAILABLE
        && exchange.answerFields().first("Retry-After").isEmpty()) {
      exchange.answerWith(SOON.fields());
    }
    GatewayResponse response =
        new Problem(
                e.code(),
                e.detail(),
                exchange.instance(),
                exchange.requestId(),
                exchange.trace().traceId(),
                e.members())
            .response(gateway.errors() == ErrorFormat.CLASSIC);
    return e.code().status() == 401
        ? response.withHeaders(
            response.headers().toBuilder().add("WWW-Authenticate", challenge(e.code())).build())
        : response;
  }

  /** RFC 6750 section 3.1: no error code where no credential came. */
  private static String challenge(ErrorCode code) {
    return code == ErrorCode.MISSING_AUTHORIZATION
        ? "Bearer"
        : "Bearer error=\"invalid_token\", error_description=\"" + code.title() + "\"";
  }

  private GatewayResponse finish(Exchange exchange, GatewayResponse response, long started) {
    Headers.Builder headers =
        response.headers().toBuilder()
            .setAll(exchange.answerFields().fields())
            .addAll(exchange.furtherFields());
    cors.allow(exchange.request(), headers);
    StandardHeaders.complete(
        headers, exchange.requestId(), Duration.ofNanos(System.nanoTime() - started));
    return response.withHeaders(headers.build());
  }

  private void report(Exchange exchange, int status, Duration elapsed) {
    GatewayRequest request = exchange.request();
    Map<String, Object> http = new LinkedHashMap<>();
    http.put("method", request.method());
    http.put("route", exchange.routeName());
    http.put("path", exchange.instance());
    http.put("status", status);
    exchange
        .log()
        .put("http", http)
        .put("latency_ms", elapsed)
        .put("client_ip", exchange.clientAddress())
        .put("user_agent", request.headers().first("User-Agent").orElse(""))
        .put("request_id", exchange.requestId())
        .put("trace_id", exchange.trace().traceId())
        .write("request_completed");
    metrics.requestCompleted(request.method(), exchange.routeName(), status, elapsed);
  }
}

package dev.gatehouse.http;

import dev.gatehouse.identity.Principal;
import dev.gatehouse.telemetry.RequestLog;
import dev.gatehouse.telemetry.TraceContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One request on its way through a function: what came in, what has been found out about it, and
 * the fields that its answer will carry whatever it is.
 */
public final class Exchange {
  private final GatewayRequest request;
  private final String requestId;
  private final TraceContext trace;
  private final String clientAddress;
  private final long functionEndNanos;
  private final RequestLog log;
  private final Headers.Builder answerFields = Headers.builder();
  private final Headers.Builder furtherFields = Headers.builder();
  private String routeName = "none";
  private String instance;
  private Optional<Principal> caller = Optional.empty();

  /**
   * @param functionRemaining how long the function may still run
   */
  Exchange(
      GatewayRequest request,
      String requestId,
      TraceContext trace,
      String clientAddress,
      Duration functionRemaining,
      RequestLog log) {
    this.request = request;
    this.requestId = requestId;
    this.trace = trace;
    this.clientAddress = clientAddress;
    this.functionEndNanos = System.nanoTime() + functionRemaining.toNanos();
    this.log = log;
    this.instance = request.rawPath();
  }

  public GatewayRequest request() {
    return request;
  }

  public String requestId() {
    return requestId;
  }

  public TraceContext trace() {
    return trace;
  }

  public String clientAddress() {
    return clientAddress;
  }

  /** How long the function may still run from now on; never negative. */
  public Duration functionRemaining() {
    return Duration.ofNanos(Math.max(0, functionEndNanos - System.nanoTime()));
  }

  public RequestLog log() {
    return log;
  }

  /** The path for a problem's {@code instance}: canonical once it is known. */
  public String instance() {
    return instance;
  }

  /**
   * The one spelling of the path.
   *
   * @throws GatewayException INVALID_PATH
   */
  public CanonicalPath path() {
    return switch (CanonicalPath.parse(request.rawPath())) {
      case CanonicalPath.Parsed.Valid(CanonicalPath path) -> {
        instance = path.text();
        yield path;
      }
      case CanonicalPath.Parsed.Invalid(String reason) -> {
        log.put("stage", "path");
        throw new GatewayException(ErrorCode.INVALID_PATH, "Invalid path: " + reason + ".");
      }
    };
  }

  /** The route's pattern, or the system page's path; {@code none} before and without routing. */
  public String routeName() {
    return routeName;
  }

  public void routeIs(String name) {
    routeName = name;
  }

  public Optional<Principal> caller() {
    return caller;
  }

  public void callerIs(Optional<Principal> principal) {
    caller = principal;
    principal.ifPresent(known -> log.put("user_id", known.subject()));
  }

  /** Adds fields to the answer, whether it is the back end's or a problem. */
  public void answerWith(List<Headers.Field> fields) {
    answerFields.setAll(fields);
  }

  public Headers answerFields() {
    return answerFields.build();
  }

  /** Adds fields to the answer beside those of the same name that the back end gives. */
  public void alsoAnswerWith(List<Headers.Field> fields) {
    furtherFields.addAll(fields);
  }

  public Headers furtherFields() {
    return furtherFields.build();
  }
}

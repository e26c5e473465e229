package dev.gatehouse.localstack.api;

import dev.gatehouse.localstack.api.Reply.Answer;
import dev.gatehouse.localstack.api.Reply.Refusal;
import dev.gatehouse.localstack.assembly.Resolved;
import dev.gatehouse.localstack.lambda.Functions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A REST API of API Gateway, answering at the root of its server.
 *
 * <p>In this order: the target is read (400), sizes are checked (431, 413), the resource and method
 * are found (MISSING_AUTHENTICATION_TOKEN), throttles (THROTTLED), the authorizer, the integration.
 * An unmatched request with an {@code Authorization} header is taken by the service for one signed
 * with IAM credentials and refused as such; that is INVALID_SIGNATURE here, so an API that answers
 * 404 for an unknown path must say so for both types.
 *
 * <p>Which of several limits a request above more than one of them meets first is not documented.
 */
public final class RestApi extends Handler.Abstract implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);

  private final ApiDefinition api;
  private final InstantSource clock;
  private final Throttles throttles;
  private final Authorizers authorizers;
  private final Integrations integrations;
  private final AccessLog accessLog;
  private final RequestReader requests;

  /**
   * @param resolved the stacks; they must hold one REST API with one stage
   * @param functions what integrations and authorizers call
   * @param clock for cached authorizations and throttles
   * @param logs folder of the access log
   * @throws dev.gatehouse.localstack.assembly.AssemblyException for an API that cannot be emulated
   */
  public RestApi(Resolved resolved, Functions functions, InstantSource clock, Path logs) {
    this.api = ApiTemplate.read(resolved);
    this.clock = clock;
    this.throttles = new Throttles(api.rates(), clock);
    this.authorizers = new Authorizers(functions, clock, api.stageVariables());
    this.integrations = new Integrations(functions);
    this.accessLog = new AccessLog(logs, api.accessLog());
    this.requests = new RequestReader(clock, api.traced(), api.firewall());
  }

  /** The ARNs of the functions that a request calls: its authorizer's and its integration's. */
  public Set<String> called(String verb, String path) {
    Set<String> functions = new LinkedHashSet<>();
    api.routes()
        .match(path, verb)
        .map(RouteTree.Match::method)
        .ifPresent(
            method -> {
              method.authorizer().map(RequestAuthorizer::function).ifPresent(functions::add);
              if (method.integration() instanceof Integration.Proxy proxy) {
                functions.add(proxy.function());
              }
            });
    return functions;
  }

  /** The id of the API, as in its ARNs. */
  public String apiId() {
    return api.id();
  }

  /** The name of the stage. */
  public String stage() {
    return api.stage();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    switch (requests.read(request)) {
      case RequestReader.Complete(var complete) -> {
        var exchange = new Exchange(api, complete);
        send(exchange, reply(exchange), response, callback);
      }
      case RequestReader.Broken(var head, var refusal) ->
          refuse(new Exchange(api, head), refusal, response, callback);
      case RequestReader.Gone(var cause) -> callback.failed(cause);
    }
    return true;
  }

  /**
   * Answers what never became a request, such as a malformed request line, in the API's own words.
   *
   * @param status what the server would have answered
   */
  void reject(Request request, int status, Response response, Callback callback) {
    // A fault of the client's message is the client's, even a version that nobody speaks (505).
    int told = status >= 400 && status < 500 ? status : 400;
    var refusal =
        status == 500
            ? Refusal.of(GatewayResponseType.DEFAULT_5XX, "the emulator failed")
            : Refusal.of(GatewayResponseType.DEFAULT_4XX, told, "rejected by the HTTP parser");
    refuse(new Exchange(api, requests.head(request)), refusal, response, callback);
  }

  @Override
  public void close() {
    accessLog.close();
  }

  private Reply reply(Exchange exchange) {
    var request = exchange.request();
    var target = Target.parse(request.rawTarget());
    if (target.isEmpty()) {
      return Refusal.of(GatewayResponseType.DEFAULT_4XX, "malformed target");
    }
    exchange.query(target.get().query());
    if (request.headerBytes() > Limits.HEADER_BYTES) {
      return new Refusal(
          GatewayResponseType.DEFAULT_4XX,
          431,
          "Request Header Fields Too Large",
          request.headerBytes() + " bytes of request line and header values");
    }
    if (!throttles.admits()) {
      return Refusal.of(GatewayResponseType.THROTTLED, "the account's throttle");
    }
    var match = api.routes().match(exchange.path(), request.method());
    if (match.isEmpty()) {
      return Refusal.of(
          request.header("Authorization").isPresent()
              ? GatewayResponseType.INVALID_SIGNATURE
              : GatewayResponseType.MISSING_AUTHENTICATION_TOKEN,
          "no method for " + request.method() + " " + exchange.path());
    }
    exchange.match(match.get());
    return authorized(match.get().method(), exchange);
  }

  private Reply authorized(ApiMethod method, Exchange exchange) {
    if (!throttles.admits(method)) {
      return Refusal.of(GatewayResponseType.THROTTLED, "the method's throttle");
    }
    if (method.authorizer().isEmpty()) {
      return integrations.reply(method, exchange);
    }
    return switch (authorizers.decide(method.authorizer().get(), exchange)) {
      case Authorizers.Decision.Passed passed -> {
        exchange.authorized(passed);
        yield integrations.reply(method, exchange);
      }
      case Authorizers.Decision.Denied(var read, var refusal) -> {
        exchange.authorized(read);
        yield refusal;
      }
      case Authorizers.Decision.Stopped(var refusal) -> refusal;
    };
  }

  private void send(Exchange exchange, Reply reply, Response response, Callback callback) {
    switch (reply) {
      case Answer answer ->
          write(
              exchange,
              new Answer(answer.status(), HeaderRules.toClient(answer.headers()), answer.body()),
              response,
              callback);
      case Refusal refusal -> refuse(exchange, refusal, response, callback);
    }
  }

  private void refuse(Exchange exchange, Refusal refusal, Response response, Callback callback) {
    LOG.debug("{} {}: {}", exchange.request().requestId(), refusal.type(), refusal.reason());
    if (refusal.type().status() >= 500) {
      LOG.warn(
          "{} {}: {} {}",
          exchange.request().method(),
          exchange.path(),
          refusal.type(),
          refusal.reason());
    }
    write(exchange, api.gatewayResponses().answer(refusal, exchange), response, callback);
  }

  private void write(Exchange exchange, Answer answer, Response response, Callback callback) {
    response.setStatus(answer.status());
    var headers = response.getHeaders();
    for (var header : answer.headers()) {
      headers.add(header.name(), header.value());
    }
    var request = exchange.request();
    headers.add("x-amzn-RequestId", request.requestId());
    headers.add("x-amz-apigw-id", request.extendedRequestId());
    headers.add(TraceHeader.NAME, exchange.trace());
    boolean bodiless = answer.status() == 204 || answer.status() == 304;
    var body = bodiless ? new byte[0] : answer.body();
    if (!bodiless) {
      headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    }
    exchange.answered(answer.status(), body.length, clock.instant());
    accessLog.write(exchange);
    response.write(
        true, ByteBuffer.wrap(request.method().equals("HEAD") ? new byte[0] : body), callback);
  }
}

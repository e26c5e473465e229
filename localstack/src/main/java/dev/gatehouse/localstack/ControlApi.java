package dev.gatehouse.localstack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatehouse.localstack.demo.Behaviour;
import dev.gatehouse.localstack.demo.DemoIssuer;
import dev.gatehouse.localstack.demo.Upstream;
import dev.gatehouse.localstack.lambda.FunctionStatus;
import dev.gatehouse.localstack.machine.Endpoint;
import dev.gatehouse.localstack.machine.Reply;
import dev.gatehouse.localstack.schedule.Schedules;
import dev.gatehouse.localstack.store.RedisServer;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * The control of a local run at {@code /_local}; nothing of it is ever deployed.
 *
 * <pre>
 * GET, DELETE  /_local/upstreams/{service}/requests    what the back end saw
 * PUT, DELETE  /_local/upstreams/{service}/behaviour   {"status","body","headers","delay_ms","times","drop"}
 * GET          /_local/functions                       environments, cold starts, counts
 * GET          /_local/logs?function=NAME              what a function has written
 * PUT          /_local/redis                           {"state":"up|down|paused|flush|script-flush"}
 * POST         /_local/schedules                       runs all scheduled rules now, waits for them
 * GET          /_local/traces                          the newest X-Ray segments
 * GET          /_local/info                            ports, endpoints, names
 * GET          /_local/issuers                         issuers, key sets, fetches
 * PUT          /_local/issuers/{name}                  {"state":"up|down|slow|garbage"}
 * POST         /_local/issuers/{name}/sign             {"header","payload_base64"} -> {"token"}
 * POST         /_local/issuers/{name}/rotate
 * </pre>
 *
 * <p>It answers only for a Host of this machine, and only without an Origin or with one of this
 * machine: a web page that is open in the operator's browser cannot steer a run, not even by a name
 * of its own that resolves to 127.0.0.1.
 */
final class ControlApi extends Handler.Abstract {
  private static final String ROOT = "/_local";
  private static final Pattern LOCAL_HOST =
      Pattern.compile("(?i)(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Deployment run;
  private final Endpoint endpoint = new Endpoint(this::answer);

  ControlApi(Deployment run) {
    this.run = run;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = Request.getPathInContext(request);
    return (path.equals(ROOT) || path.startsWith(ROOT + "/"))
        && endpoint.handle(request, response, callback);
  }

  private Reply answer(Request request, byte[] body) throws Exception {
    String host = Optional.ofNullable(request.getHeaders().get(HttpHeader.HOST)).orElse("");
    if (!LOCAL_HOST.matcher(host).matches()) {
      return fault(403, "Host: " + host + " (expected: localhost, 127.0.0.1 or [::1])");
    }
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (origin != null && !isLocal(origin)) {
      return fault(403, "Origin: " + origin + " (expected: none, or one of this machine)");
    }
    String path = Request.getPathInContext(request).substring(ROOT.length());
    try {
      return route(request, List.of(path.split("/", -1)), body);
    } catch (JsonProcessingException e) {
      return fault(400, "body: no JSON (expected: a JSON object)");
    }
  }

  private static boolean isLocal(String origin) {
    return LOCAL_HOST.matcher(origin.replaceFirst("(?i)^https?://", "")).matches();
  }

  private Reply route(Request request, List<String> path, byte[] body) throws Exception {
    String method = request.getMethod();
    String form = method + " " + (path.size() > 1 ? path.get(1) : "") + " " + (path.size() - 2);
    return switch (form) {
      case "GET functions 0" -> functions();
      case "GET info 0" -> Reply.json(200, new RunInfo(run).json());
      case "GET issuers 0" -> issuers();
      case "GET logs 0" -> logs(request);
      case "GET traces 0" -> traces();
      case "POST schedules 0" -> schedules();
      case "PUT redis 0" -> redis(JSON.readTree(body));
      case "PUT issuers 1", "POST issuers 2" -> issuer(path, method, body);
      case "GET upstreams 2", "PUT upstreams 2", "DELETE upstreams 2" ->
          upstream(path, method, body);
      default -> fault(404, method + " " + ROOT + String.join("/", path) + ": nothing there");
    };
  }

  private Reply functions() {
    ArrayNode list = JSON.createArrayNode();
    for (FunctionStatus function : run.host().functions()) {
      list.addObject()
          .put("name", function.name())
          .put("version", function.version())
          .put("environments", function.environments())
          .put("busy", function.busy())
          .put("cold_starts", function.coldStarts())
          .put("init_ms", function.initMillis())
          .put("invocations", function.invocations())
          .put("errors", function.errors())
          .put("throttles", function.throttles());
    }
    return Reply.json(200, list);
  }

  private Reply schedules() {
    ArrayNode list = JSON.createArrayNode();
    for (Schedules.Run ran : run.schedules().runAll()) {
      list.addObject()
          .put("rule", ran.rule())
          .put("function", ran.function())
          .put("outcome", ran.outcome());
    }
    return Reply.json(200, list);
  }

  private Reply traces() throws JsonProcessingException {
    ArrayNode list = JSON.createArrayNode();
    for (String segment : run.cloud().xray().newest()) {
      list.add(JSON.readTree(segment));
    }
    return Reply.json(200, list);
  }

  private Reply logs(Request request) throws IOException {
    Fields query = Request.extractQueryParameters(request);
    String asked = Optional.ofNullable(query.getValue("function")).orElse("");
    List<String> names = run.host().functions().stream().map(FunctionStatus::name).toList();
    Optional<String> name = named(names, asked);
    if (name.isEmpty()) {
      return fault(404, "function: " + asked + " (expected: one of " + names + ")");
    }
    byte[] log = run.host().log(name.get()).orElse(new byte[0]);
    return Reply.of(200, "text/plain; charset=utf-8", log);
  }

  /** By its whole name, or by a part that only one function has: {@code proxy}. */
  private static Optional<String> named(List<String> names, String asked) {
    if (names.contains(asked)) {
      return Optional.of(asked);
    }
    List<String> parts =
        names.stream()
            .filter(name -> name.toLowerCase(Locale.ROOT).contains(asked.toLowerCase(Locale.ROOT)))
            .toList();
    return parts.size() == 1 && !asked.isEmpty() ? Optional.of(parts.getFirst()) : Optional.empty();
  }

  private Reply redis(JsonNode body) throws IOException, InterruptedException {
    String word = body.path("state").asText();
    Optional<RedisServer.State> state =
        Stream.of(RedisServer.State.values()).filter(s -> s.word().equals(word)).findFirst();
    if (state.isEmpty()) {
      return fault(400, "state: " + word + " (expected: up, down, paused, flush or script-flush)");
    }
    run.cloud().redis().enter(state.get());
    return Reply.json(200, JSON.createObjectNode().put("state", word));
  }

  private Reply issuers() {
    ArrayNode list = JSON.createArrayNode();
    run.surroundings().issuers().all().forEach(issuer -> list.add(description(issuer)));
    return Reply.json(200, list);
  }

  private ObjectNode description(DemoIssuer issuer) {
    ObjectNode description =
        JSON.createObjectNode()
            .put("name", issuer.name())
            .put("issuer", issuer.issuer().issuer())
            .put("state", issuer.state().name().toLowerCase(Locale.ROOT))
            .put("fetches", issuer.fetches());
    run.surroundings()
        .issuers()
        .keySet(issuer)
        .ifPresent(uri -> description.put("jwks", uri.toString()));
    issuer.sharedSecret().ifPresent(secret -> description.put("secret", secret.name()));
    issuer.keyIds().forEach(description.putArray("keys")::add);
    return description;
  }

  private Reply issuer(List<String> path, String method, byte[] body)
      throws IOException, GeneralSecurityException {
    Optional<DemoIssuer> issuer = run.surroundings().issuers().find(path.get(2));
    if (issuer.isEmpty()) {
      return fault(404, "issuer: " + path.get(2) + " (expected: a name of GET /_local/issuers)");
    }
    if (method.equals("PUT")) {
      return state(issuer.get(), JSON.readTree(body).path("state").asText());
    }
    return switch (path.get(3)) {
      case "sign" -> sign(issuer.get(), JSON.readTree(body));
      case "rotate" -> {
        issuer.get().rotate();
        yield Reply.json(200, description(issuer.get()));
      }
      default -> fault(404, path.get(3) + ": nothing there (expected: sign or rotate)");
    };
  }

  private Reply state(DemoIssuer issuer, String word) {
    Optional<DemoIssuer.State> state = DemoIssuer.State.of(word);
    if (state.isEmpty()) {
      return fault(400, "state: " + word + " (expected: up, down, slow or garbage)");
    }
    issuer.enter(state.get());
    return Reply.json(200, description(issuer));
  }

  private static Reply sign(DemoIssuer issuer, JsonNode body) throws GeneralSecurityException {
    JsonNode header = body.path("header");
    try {
      byte[] payload = Base64.getDecoder().decode(body.path("payload_base64").asText());
      String token =
          issuer.sign(header.isMissingNode() ? Optional.empty() : Optional.of(header), payload);
      return Reply.json(200, JSON.createObjectNode().put("token", token));
    } catch (IllegalArgumentException e) {
      return fault(400, "payload_base64: " + e.getMessage() + " (expected: base64)");
    }
  }

  private Reply upstream(List<String> path, String method, byte[] body) throws IOException {
    Upstream upstream = run.surroundings().upstreams().get(path.get(2));
    if (upstream == null) {
      return fault(
          404,
          "service: "
              + path.get(2)
              + " (expected: one of "
              + run.surroundings().upstreams().keySet()
              + ")");
    }
    return switch (method + " " + path.get(3)) {
      case "GET requests" -> {
        ArrayNode list = JSON.createArrayNode();
        upstream.requests().forEach(request -> list.add(request.json()));
        yield Reply.json(200, list);
      }
      case "DELETE requests" -> {
        upstream.forget();
        yield Reply.empty(204);
      }
      case "PUT behaviour" -> behave(upstream, JSON.readTree(body));
      case "DELETE behaviour" -> {
        upstream.behaveAgain();
        yield Reply.empty(204);
      }
      default -> fault(405, method + " " + path.get(3) + " (expected: requests or behaviour)");
    };
  }

  private static Reply behave(Upstream upstream, JsonNode body) {
    return switch (Behaviour.read(body)) {
      case Behaviour.Reading.Valid(Behaviour behaviour) -> {
        upstream.behave(behaviour);
        yield Reply.empty(204);
      }
      case Behaviour.Reading.Invalid(String fault) -> fault(400, fault);
    };
  }

  private static Reply fault(int status, String message) {
    return Reply.json(status, JSON.createObjectNode().put("error", message));
  }
}

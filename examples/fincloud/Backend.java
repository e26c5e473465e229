import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The back ends of FinCloud as a demonstration: three HTTP services on loopback with their state in
 * memory. They trust the gateway: who calls stands in {@code X-User-Id}.
 *
 * <pre>{@code java Backend.java budget=8001 portfolio=8002 notifications=8003}</pre>
 *
 * <p>{@code main} returns as soon as every service listens. The servers' threads are daemons
 * exactly if the calling thread is one.
 */
public final class Backend {
  private static final int LONGEST_BODY = 64 * 1024;

  private Backend() {}

  /**
   * @param args {@code service=port} each
   * @throws IOException if a port is in use
   */
  public static void main(String... args) throws IOException {
    for (String arg : args) {
      String[] pair = arg.split("=", 2);
      if (pair.length < 2 || !pair[1].matches("\\d{1,5}")) {
        throw new IllegalArgumentException(arg + " (expected: SERVICE=PORT)");
      }
      start(service(pair[0]), Integer.parseInt(pair[1]));
    }
  }

  /** Answers a request, its path parted at slashes behind {@code /api/v1/}. */
  @FunctionalInterface
  private interface Service {
    Answer answer(String method, List<String> path, String user, String body);
  }

  private record Answer(int status, String body) {
    static Answer fault(int status, String code) {
      return new Answer(status, "{\"code\":\"" + code + "\"}");
    }
  }

  private static Service service(String name) {
    return switch (name) {
      case "budget" -> new Budgets();
      case "portfolio" -> Backend::portfolio;
      case "notifications" -> new Notifications();
      default ->
          throw new IllegalArgumentException(
              name + " (expected: budget, portfolio or notifications)");
    };
  }

  private static void start(Service service, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> serve(exchange, service));
    server.start();
  }

  private static void serve(HttpExchange exchange, Service service) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange, service);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      boolean bodiless = exchange.getRequestMethod().equals("HEAD") || answer.status() == 204;
      exchange.sendResponseHeaders(answer.status(), bodiless ? -1 : body.length);
      if (!bodiless) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private static Answer answer(HttpExchange exchange, Service service) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/health")) {
      return new Answer(200, "{\"status\":\"healthy\"}");
    }
    if (!path.startsWith("/api/v1/")) {
      return Answer.fault(404, "NOT_FOUND");
    }
    String user = exchange.getRequestHeaders().getFirst("X-User-Id");
    if (user == null) {
      return Answer.fault(401, "NO_USER");
    }
    byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY);
    return service.answer(
        exchange.getRequestMethod(),
        List.of(path.substring("/api/v1/".length()).split("/")),
        user,
        new String(body, StandardCharsets.UTF_8));
  }

  /** Each user's budgets: JSON objects as they came, under an id. */
  private static final class Budgets implements Service {
    private final Map<String, Map<String, String>> budgets = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    @Override
    public Answer answer(String method, List<String> path, String user, String body) {
      Map<String, String> own =
          budgets.computeIfAbsent(user, _ -> java.util.Collections.synchronizedMap(new LinkedHashMap<>()));
      if (path.size() == 1) {
        return switch (method) {
          case "GET" -> new Answer(200, "{\"budgets\":" + all(own) + "}");
          case "POST" -> create(own, body);
          default -> Answer.fault(405, "METHOD_NOT_ALLOWED");
        };
      }
      String id = path.get(1);
      return switch (method) {
        case "GET" -> own.containsKey(id) ? new Answer(200, shown(id, own.get(id))) : missing();
        case "PUT" -> own.replace(id, body) == null ? missing() : new Answer(200, shown(id, body));
        case "DELETE" -> own.remove(id) == null ? missing() : new Answer(204, "");
        default -> Answer.fault(405, "METHOD_NOT_ALLOWED");
      };
    }

    private Answer create(Map<String, String> own, String body) {
      if (!body.startsWith("{") || !body.endsWith("}")) {
        return Answer.fault(400, "INVALID_REQUEST");
      }
      String id = "bud_" + last.incrementAndGet();
      own.put(id, body);
      return new Answer(201, shown(id, body));
    }

    private static String all(Map<String, String> own) {
      List<String> shown = new ArrayList<>();
      synchronized (own) {
        own.forEach((id, body) -> shown.add(shown(id, body)));
      }
      return shown.toString();
    }

    private static String shown(String id, String body) {
      return "{\"budget_id\":\"" + id + "\",\"budget\":" + body + "}";
    }

    private static Answer missing() {
      return Answer.fault(404, "BUDGET_NOT_FOUND");
    }
  }

  private static Answer portfolio(String method, List<String> path, String user, String body) {
    return switch (String.join("/", path)) {
      case "portfolio/summary" ->
          new Answer(200, "{\"currency\":\"EUR\",\"value\":\"12500.00\",\"change\":\"0.8\"}");
      case "portfolio/holdings" ->
          new Answer(200, "{\"holdings\":[{\"symbol\":\"VWCE\",\"units\":\"100\"}]}");
      default -> Answer.fault(404, "NOT_FOUND");
    };
  }

  /** One notification for everyone, until it is read. */
  private static final class Notifications implements Service {
    private final Collection<String> readers = ConcurrentHashMap.newKeySet();

    @Override
    public Answer answer(String method, List<String> path, String user, String body) {
      if (path.size() == 1) {
        boolean read = readers.contains(user);
        return new Answer(
            200, "{\"notifications\":[{\"id\":\"ntf_1\",\"read\":" + read + "}]}");
      }
      if (!path.get(1).equals("ntf_1")) {
        return Answer.fault(404, "NOTIFICATION_NOT_FOUND");
      }
      readers.add(user);
      return new Answer(200, "{\"id\":\"ntf_1\",\"read\":true}");
    }
  }
}

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The back ends of Traffic Tacos, a ticket shop, as a demonstration: two HTTP services on loopback
 * with their state in memory.
 *
 * <pre>{@code java Backend.java reservation=8001 payment=8003}</pre>
 *
 * <p>They trust the gateway: who calls stands in {@code X-User-Id}, and whoever may call may see
 * every reservation. They do not recognise a repeated request; that is the gateway's ledger.
 *
 * <p>{@code main} returns as soon as every service listens. The servers' threads are daemons
 * exactly if the calling thread is one: started by {@code java} they keep the process alive,
 * started from a daemon thread of another program they end with it.
 */
public final class Backend {
  private Backend() {}

  /**
   * @param args {@code service=port} each; port 0 takes a free one
   * @throws IOException if a port is in use
   */
  public static void main(String... args) throws IOException {
    if (args.length == 0) {
      throw new IllegalArgumentException("no service (expected: reservation=PORT payment=PORT)");
    }
    for (String arg : args) {
      String[] pair = arg.split("=", 2);
      if (pair.length < 2 || !pair[1].matches("\\d{1,5}")) {
        throw new IllegalArgumentException(arg + " (expected: SERVICE=PORT)");
      }
      int port = start(service(pair[0]), Integer.parseInt(pair[1]));
      System.err.println(pair[0] + " http://127.0.0.1:" + port);
    }
  }

  private static Service service(String name) {
    return switch (name) {
      case "reservation" -> new Service(name, new Reservations(InstantSource.system()).routes());
      case "payment" -> new Service(name, new Payments(InstantSource.system()).routes());
      default -> throw new IllegalArgumentException(name + " (expected: reservation or payment)");
    };
  }

  private static int start(Service service, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> serve(exchange, service));
    server.start();
    return server.getAddress().getPort();
  }

  private static void serve(HttpExchange exchange, Service service) throws IOException {
    try (exchange) {
      Answer answer = service.answer(Request.of(exchange));
      byte[] body = Json.write(answer.body()).getBytes(StandardCharsets.UTF_8);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  // ------------------------------------------------------------------------- reservation service

  /** Seats held for 60 seconds, then confirmed with a payment, cancelled, or expired. */
  private static final class Reservations {
    private static final Duration HOLD = Duration.ofSeconds(60);

    private final ConcurrentMap<String, Reservation> reservations = new ConcurrentHashMap<>();
    private final InstantSource clock;

    Reservations(InstantSource clock) {
      this.clock = clock;
    }

    List<Route> routes() {
      return List.of(
          new Route("POST", "/api/v1/reservations", (request, id) -> create(request)),
          new Route("GET", "/api/v1/reservations/([^/]+)", (request, id) -> read(id)),
          new Route("POST", "/api/v1/reservations/([^/]+)/confirm", this::confirm),
          new Route("POST", "/api/v1/reservations/([^/]+)/cancel", (request, id) -> cancel(id)));
    }

    private Answer create(Request request) {
      Fields fields = request.fields();
      String event = fields.text("event_id");
      List<String> seats = fields.texts("seat_ids");
      long quantity = fields.count("quantity", seats.size());
      if (quantity < 1 || (!seats.isEmpty() && quantity != seats.size())) {
        throw new Refused(422, "MISSING_SEATS", "seat_ids, or a quantity that agrees with them");
      }
      Instant now = now();
      Reservation held =
          new Reservation(
              newId("rsv_"), State.HOLD, event, seats, quantity, request.user(), now, now, "", "");
      reservations.put(held.id(), held);
      return new Answer(201, held.body(), Map.of("Location", "/api/v1/reservations/" + held.id()));
    }

    private Answer read(String id) {
      return Answer.ok(change(id, found -> found).body());
    }

    private Answer confirm(Request request, String id) {
      String paymentIntent = request.fields().text("payment_intent_id");
      Reservation confirmed =
          change(id, found -> found.whileHeld().confirmed(paymentIntent, newId("ord_"), now()));
      return Answer.ok(
          json(
              "reservation_id", id,
              "order_id", confirmed.order(),
              "status", confirmed.state().name(),
              "confirmed_at", confirmed.updated().toString()));
    }

    private Answer cancel(String id) {
      Reservation cancelled = change(id, found -> found.whileHeld().to(State.CANCELLED, now()));
      return Answer.ok(
          json(
              "reservation_id", id,
              "status", cancelled.state().name(),
              "cancelled_at", cancelled.updated().toString()));
    }

    /** Replaces one reservation, atomically; a refusal leaves it as it was. */
    private Reservation change(String id, UnaryOperator<Reservation> change) {
      Reservation changed =
          reservations.computeIfPresent(id, (key, found) -> change.apply(found.at(now())));
      if (changed == null) {
        throw new Refused(404, "RESERVATION_NOT_FOUND", "no such reservation");
      }
      return changed;
    }

    private Instant now() {
      return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
  }

  private enum State {
    HOLD,
    CONFIRMED,
    CANCELLED,
    EXPIRED
  }

  /** One reservation; {@code paymentIntent} and {@code order} are empty until it is confirmed. */
  private record Reservation(
      String id,
      State state,
      String event,
      List<String> seats,
      long quantity,
      String user,
      Instant created,
      Instant updated,
      String paymentIntent,
      String order) {

    Instant holdExpires() {
      return created.plus(Reservations.HOLD);
    }

    Reservation at(Instant now) {
      boolean over = state == State.HOLD && !now.isBefore(holdExpires());
      return over ? to(State.EXPIRED, holdExpires()) : this;
    }

    Reservation whileHeld() {
      if (state != State.HOLD) {
        throw new Refused(409, "RESERVATION_CONFLICT", state + " (expected: HOLD)");
      }
      return this;
    }

    Reservation to(State next, Instant now) {
      return new Reservation(
          id, next, event, seats, quantity, user, created, now, paymentIntent, order);
    }

    Reservation confirmed(String intent, String orderId, Instant now) {
      return new Reservation(
          id, State.CONFIRMED, event, seats, quantity, user, created, now, intent, orderId);
    }

    Map<String, Object> body() {
      Map<String, Object> body =
          json(
              "reservation_id", id,
              "status", state.name(),
              "hold_expires_at", holdExpires().toString(),
              "event_id", event,
              "seat_ids", seats,
              "quantity", quantity,
              "user_id", user,
              "created_at", created.toString(),
              "updated_at", updated.toString());
      if (state == State.CONFIRMED) {
        body.put("payment_intent_id", paymentIntent);
        body.put("order_id", order);
      }
      return body;
    }
  }

  // ----------------------------------------------------------------------------- payment service

  /** Payments that are simulated: an intent is PENDING until someone processes it. */
  private static final class Payments {
    private final ConcurrentMap<String, Payment> payments = new ConcurrentHashMap<>();
    private final InstantSource clock;

    Payments(InstantSource clock) {
      this.clock = clock;
    }

    /** Under both names: the service's own clients say payment, the web client says payments. */
    List<Route> routes() {
      return List.of(
          new Route("POST", "/api/v1/payments?/intent", (request, id) -> intend(request)),
          new Route("GET", "/api/v1/payments?/([^/]+)/status", (request, id) -> status(id)),
          new Route("POST", "/api/v1/payments?/process", (request, id) -> process(request)));
    }

    private Answer intend(Request request) {
      Fields fields = request.fields();
      String reservation = fields.text("reservation_id");
      long amount = fields.count("amount", 0);
      if (amount < 1) {
        throw new Refused(422, "INVALID_AMOUNT", "amount: a positive integer");
      }
      Instant now = now();
      Payment payment =
          new Payment(
              newId("pi_"), "PENDING", reservation, amount, fields.text("currency"), now, now);
      payments.put(payment.id(), payment);
      return Answer.ok(payment.body());
    }

    private Answer status(String id) {
      Payment payment = payments.get(id);
      if (payment == null) {
        throw unknown();
      }
      return Answer.ok(payment.body());
    }

    private Answer process(Request request) {
      String id = request.fields().text("payment_intent_id");
      Payment completed = payments.computeIfPresent(id, (key, found) -> found.completed(now()));
      if (completed == null) {
        throw unknown();
      }
      return Answer.ok(completed.body());
    }

    private static Refused unknown() {
      return new Refused(404, "PAYMENT_NOT_FOUND", "no such payment intent");
    }

    private Instant now() {
      return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
  }

  private record Payment(
      String id,
      String status,
      String reservation,
      long amount,
      String currency,
      Instant created,
      Instant updated) {

    Payment completed(Instant now) {
      if (!status.equals("PENDING")) {
        throw new Refused(409, "PAYMENT_CONFLICT", status + " (expected: PENDING)");
      }
      return new Payment(id, "COMPLETED", reservation, amount, currency, created, now);
    }

    Map<String, Object> body() {
      return json(
          "payment_intent_id", id,
          "status", status,
          "amount", amount,
          "currency", currency,
          "reservation_id", reservation,
          "created_at", created.toString(),
          "updated_at", updated.toString());
    }
  }

  // ---------------------------------------------------------------------------------------- HTTP

  /** A named set of routes, and what every service answers besides. */
  private record Service(String name, List<Route> routes) {
    Answer answer(Request request) {
      try {
        return request.path().equals("/healthz")
            ? Answer.ok(json("status", "healthy", "service", name))
            : route(request);
      } catch (Refused refused) {
        Map<String, Object> error =
            json(
                "code", refused.code,
                "message", refused.getMessage(),
                "trace_id", request.id());
        return new Answer(refused.status, json("error", error), refused.headers);
      }
    }

    private Answer route(Request request) {
      Set<String> allowed = new LinkedHashSet<>();
      for (Route route : routes) {
        Matcher path = route.path().matcher(request.path());
        if (path.matches() && route.method().equals(request.method())) {
          return route.action().apply(request, path.groupCount() == 0 ? "" : path.group(1));
        } else if (path.matches()) {
          allowed.add(route.method());
        }
      }
      if (allowed.isEmpty()) {
        throw new Refused(404, "NOT_FOUND", "no such resource");
      }
      throw new Refused(405, "METHOD_NOT_ALLOWED", request.method())
          .with("Allow", String.join(", ", allowed));
    }
  }

  /**
   * One route.
   *
   * @param path a pattern whose only group, if any, is the id
   */
  private record Route(String method, Pattern path, Action action) {
    Route(String method, String path, Action action) {
      this(method, Pattern.compile(path), action);
    }

    interface Action {
      Answer apply(Request request, String id);
    }
  }

  /**
   * What a service sees of a request.
   *
   * @param user who calls, as the gateway says; empty when called directly
   * @param id the X-Request-ID
   */
  private record Request(String method, String path, String user, String id, byte[] body) {
    static Request of(HttpExchange exchange) throws IOException {
      return new Request(
          exchange.getRequestMethod(),
          exchange.getRequestURI().getRawPath(),
          exchange.getRequestHeaders().getOrDefault("X-User-Id", List.of("")).getFirst(),
          exchange.getRequestHeaders().getOrDefault("X-Request-ID", List.of("")).getFirst(),
          exchange.getRequestBody().readAllBytes());
    }

    /** The body's members; 400 unless it is one JSON object. */
    Fields fields() {
      if (Json.read(body) instanceof Map<?, ?> members) {
        return new Fields(members);
      }
      throw new Refused(400, "INVALID_REQUEST", "not a JSON object");
    }
  }

  /** The members of a JSON object, each read as what it must be; otherwise 422. */
  private record Fields(Map<?, ?> members) {
    String text(String name) {
      if (members.get(name) instanceof String text && !text.isBlank()) {
        return text;
      }
      throw expected(name, "a string that is not empty");
    }

    /** A list of strings; an absent one is empty. */
    List<String> texts(String name) {
      if (!members.containsKey(name)) {
        return List.of();
      }
      if (members.get(name) instanceof List<?> items
          && items.stream().allMatch(String.class::isInstance)) {
        return items.stream().map(String.class::cast).toList();
      }
      throw expected(name, "an array of strings");
    }

    /** A whole number in the range of a long. */
    long count(String name, long absent) {
      if (!members.containsKey(name)) {
        return absent;
      }
      try {
        if (members.get(name) instanceof BigDecimal number) {
          return number.longValueExact();
        }
      } catch (ArithmeticException e) {
        // A fraction or too large: refused like anything else that is no such number.
      }
      throw expected(name, "an integer below 2^63");
    }

    private static Refused expected(String name, String value) {
      return new Refused(422, "INVALID_" + name.toUpperCase(Locale.ROOT), name + ": " + value);
    }
  }

  private record Answer(int status, Map<String, Object> body, Map<String, String> headers) {
    static Answer ok(Map<String, Object> body) {
      return new Answer(200, body, Map.of());
    }
  }

  /** A request that a service declines, as its status and error body. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    Refused(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }

    Refused with(String header, String value) {
      headers.put(header, value);
      return this;
    }
  }

  /** A JSON object from names and values in turn, in this order. */
  private static Map<String, Object> json(Object... members) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (int i = 0; i < members.length; i += 2) {
      json.put((String) members[i], members[i + 1]);
    }
    return json;
  }

  private static String newId(String prefix) {
    return prefix + UUID.randomUUID();
  }

  // ---------------------------------------------------------------------------------------- JSON

  /**
   * JSON (RFC 8259), read strictly: one value, UTF-8, no member named twice, at most {@value
   * #DEPTH} levels. Objects are Maps, arrays Lists, numbers BigDecimals.
   */
  private static final class Json {
    private static final int DEPTH = 64;
    private static final Pattern NUMBER =
        Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,4})?");

    private final String text;
    private int at;

    private Json(String text) {
      this.text = text;
    }

    static Object read(byte[] utf8) {
      try {
        Json json =
            new Json(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
        Object value = json.value(0);
        if (json.at < json.text.length()) {
          throw json.malformed("the end");
        }
        return value;
      } catch (CharacterCodingException e) {
        throw new Refused(400, "INVALID_REQUEST", "not UTF-8");
      }
    }

    private Object value(int depth) {
      skipSpace();
      if (depth > DEPTH) {
        throw malformed("at most " + DEPTH + " levels");
      }
      Object value =
          switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
          };
      skipSpace();
      return value;
    }

    private Map<String, Object> object(int depth) {
      Map<String, Object> members = new LinkedHashMap<>();
      at++;
      skipSpace();
      if (peek() != '}') {
        do {
          skipSpace();
          String name = string();
          skipSpace();
          expect(':');
          if (members.containsKey(name)) {
            throw malformed("each name once");
          }
          members.put(name, value(depth + 1));
        } while (next(','));
      }
      expect('}');
      return members;
    }

    private List<Object> array(int depth) {
      List<Object> items = new ArrayList<>();
      at++;
      skipSpace();
      if (peek() != ']') {
        do {
          items.add(value(depth + 1));
        } while (next(','));
      }
      expect(']');
      return items;
    }

    private String string() {
      expect('"');
      StringBuilder string = new StringBuilder();
      while (peek() != '"') {
        char c = peek();
        if (c < ' ') {
          throw malformed("a character that is no control");
        }
        at++;
        string.append(c == '\\' ? escaped() : c);
      }
      at++;
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
        throw malformed("both halves of a surrogate pair");
      }
      return string.toString();
    }

    private char escaped() {
      char c = peek();
      at++;
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> {
          String digits = text.substring(at, Math.min(at + 4, text.length()));
          if (!digits.matches("[0-9a-fA-F]{4}")) {
            throw malformed("four hex digits");
          }
          at += 4;
          yield (char) Integer.parseInt(digits, 16);
        }
        default -> throw malformed("an escape");
      };
    }

    private BigDecimal number() {
      Matcher number = NUMBER.matcher(text).region(at, text.length());
      if (!number.lookingAt()) {
        throw malformed("a value");
      }
      at = number.end();
      return new BigDecimal(number.group());
    }

    private Object literal(String word, Object value) {
      if (!text.startsWith(word, at)) {
        throw malformed(word);
      }
      at += word.length();
      return value;
    }

    private void skipSpace() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    /** The character here; NUL, which JSON has nowhere, at the end. */
    private char peek() {
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean next(char c) {
      boolean here = peek() == c;
      at += here ? 1 : 0;
      return here;
    }

    private void expect(char c) {
      if (!next(c)) {
        throw malformed("'" + c + "'");
      }
    }

    private Refused malformed(String expected) {
      return new Refused(
          400, "INVALID_REQUEST", "malformed JSON at " + at + " (expected: " + expected + ")");
    }

    static String write(Object value) {
      return switch (value) {
        case Map<?, ?> members -> {
          List<String> written = new ArrayList<>();
          members.forEach((name, member) -> written.add(write(name) + ":" + write(member)));
          yield "{" + String.join(",", written) + "}";
        }
        case List<?> items ->
            "[" + String.join(",", items.stream().map(Json::write).toList()) + "]";
        case String string -> quoted(string);
        default -> String.valueOf(value);
      };
    }

    private static String quoted(String string) {
      StringBuilder quoted = new StringBuilder("\"");
      for (char c : string.toCharArray()) {
        if (c == '"' || c == '\\') {
          quoted.append('\\').append(c);
        } else if (c < ' ') {
          quoted.append(String.format("\\u%04x", (int) c));
        } else {
          quoted.append(c);
        }
      }
      return quoted.append('"').toString();
    }
  }
}

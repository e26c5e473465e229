import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The back ends of aiponge as a demonstration: four HTTP services on loopback with their state in
 * memory. They trust the gateway: who calls stands in {@code X-User-Id}, and whoever comes to a
 * path for admins is one. What the AI makes is done at once and has the prompt as its title.
 *
 * <pre>{@code java Backend.java user=8001 ai=8002 music=8003 catalog=8004}</pre>
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
    Tracks tracks = new Tracks();
    for (String arg : args) {
      String[] pair = arg.split("=", 2);
      if (pair.length < 2 || !pair[1].matches("\\d{1,5}")) {
        throw new IllegalArgumentException(arg + " (expected: SERVICE=PORT)");
      }
      start(service(pair[0], tracks), Integer.parseInt(pair[1]));
    }
  }

  /** Answers a request by its method and path: {@code GET /users/me}. */
  @FunctionalInterface
  private interface Service {
    Answer answer(String line, String user, String body);
  }

  private record Answer(int status, String type, String body) {
    static Answer json(int status, String body) {
      return new Answer(status, "application/json", body);
    }

    static Answer fault(int status, String code) {
      return json(status, "{\"code\":\"" + code + "\"}");
    }
  }

  private static Service service(String name, Tracks tracks) {
    return switch (name) {
      case "user" -> new Users();
      case "ai" -> new Ai(tracks);
      case "music" -> new Music(tracks);
      case "catalog" -> Backend::catalog;
      default ->
          throw new IllegalArgumentException(name + " (expected: user, ai, music or catalog)");
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
      exchange.getResponseHeaders().set("Content-Type", answer.type());
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
      return Answer.json(200, "{\"status\":\"healthy\"}");
    }
    String method = exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
    String user = exchange.getRequestHeaders().getFirst("X-User-Id");
    byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY);
    return service.answer(
        method + " " + path, user == null ? "" : user, new String(body, StandardCharsets.UTF_8));
  }

  /** What stands behind {@code before}, if the line begins with it. */
  private static Optional<String> behind(String before, String line) {
    return line.startsWith(before) ? Optional.of(line.substring(before.length())) : Optional.empty();
  }

  /** A string member as it stands in JSON, escapes included: to be written into JSON again. */
  private static String member(String name, String json) {
    Pattern pattern = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    Matcher matcher = pattern.matcher(json);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** A track, and whose it is. */
  private record Track(String id, String owner, String title) {
    String json() {
      return "{\"track_id\":\"" + id + "\",\"title\":\"" + title + "\"}";
    }
  }

  /** What the AI has made; the music service lists it. */
  private static final class Tracks {
    private final Collection<Track> tracks = new CopyOnWriteArrayList<>();

    void add(Track track) {
      tracks.add(track);
    }

    boolean remove(Predicate<Track> which) {
      return tracks.removeIf(which);
    }

    List<Track> of(String owner) {
      return tracks.stream().filter(track -> track.owner().equals(owner)).toList();
    }
  }

  /** Logins by a link that a mail would bring, and the members who have been here. */
  private static final class Users implements Service {
    private final Collection<String> members = new ConcurrentSkipListSet<>();

    @Override
    public Answer answer(String line, String user, String body) {
      return switch (line) {
        case "POST /auth/login" ->
            Answer.json(202, "{\"sent_to\":\"" + member("email", body) + "\"}");
        case "GET /users/me" -> {
          members.add(user);
          yield Answer.json(200, "{\"user_id\":\"" + user + "\",\"plan\":\"free\"}");
        }
        case "GET /admin/users" -> {
          String all = members.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
          yield Answer.json(200, "{\"users\":" + (members.isEmpty() ? "[]" : all) + "}");
        }
        default -> Answer.fault(404, "NOT_FOUND");
      };
    }
  }

  /** Jobs, done as soon as they are asked for. */
  private static final class Ai implements Service {
    private final Tracks tracks;
    private final Map<String, Track> jobs = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();

    Ai(Tracks tracks) {
      this.tracks = tracks;
    }

    @Override
    public Answer answer(String line, String user, String body) {
      return switch (line) {
        case "POST /ai/generate" -> generate(user, member("prompt", body));
        case "GET /ai/ideas" -> Answer.json(200, "{\"ideas\":[\"a waltz for a rainy window\"]}");
        default ->
            behind("GET /ai/jobs/", line)
                .map(jobs::get)
                .filter(track -> track.owner().equals(user))
                .map(track -> Answer.json(200, "{\"status\":\"done\",\"track\":" + track.json() + "}"))
                .orElse(Answer.fault(404, "JOB_NOT_FOUND"));
      };
    }

    private Answer generate(String user, String prompt) {
      long number = last.incrementAndGet();
      Track track = new Track("trk_" + number, user, prompt);
      tracks.add(track);
      jobs.put("job_" + number, track);
      return Answer.json(202, "{\"job_id\":\"job_" + number + "\",\"status\":\"queued\"}");
    }
  }

  /** The same tracks in two versions. */
  private record Music(Tracks tracks) implements Service {
    @Override
    public Answer answer(String line, String user, String body) {
      return switch (line) {
        case "GET /v1/music/tracks" ->
            Answer.json(200, "{\"tracks\":" + listed(user) + ",\"format\":\"mp3\"}");
        case "GET /v2/music/tracks" ->
            Answer.json(200, "{\"items\":" + listed(user) + ",\"next\":null}");
        default ->
            behind("DELETE /admin/tracks/", line)
                .map(id -> deleted(track -> track.id().equals(id)))
                .or(
                    () ->
                        behind("DELETE /v2/music/tracks/", line)
                            .map(id -> deleted(track -> track.id().equals(id) && track.owner().equals(user))))
                .orElse(Answer.fault(404, "NOT_FOUND"));
      };
    }

    private Answer deleted(Predicate<Track> which) {
      return tracks.remove(which)
          ? new Answer(204, "application/json", "")
          : Answer.fault(404, "TRACK_NOT_FOUND");
    }

    private String listed(String owner) {
      return tracks.of(owner).stream().map(Track::json).collect(Collectors.joining(",", "[", "]"));
    }
  }

  private static Answer catalog(String line, String user, String body) {
    return switch (line) {
      case "GET /v1/catalog/tracks" ->
          Answer.json(200, "{\"tracks\":[\"Rain on Tin\"],\"version\":\"1\"}");
      case "GET /v2/catalog/tracks" ->
          Answer.json(200, "{\"items\":[{\"title\":\"Rain on Tin\"}],\"version\":\"2\"}");
      case "POST /graphql" -> graphql(body);
      default -> Answer.fault(404, "NOT_FOUND");
    };
  }

  /** Two spaces and an escape, so that whoever writes the JSON anew is found out. */
  private static Answer graphql(String body) {
    String answer =
        member("query", body).contains("tracks")
            ? "{\"data\":  {\"tracks\": [{\"title\": \"Rain on\\u0020Tin\"}]}}"
            : "{\"errors\": [{\"message\": \"no such field\"}]}";
    return new Answer(200, "application/graphql-response+json", answer);
  }
}

package dev.gatehouse.localstack.demo;

import dev.gatehouse.localstack.demo.Behaviour.Answer;
import dev.gatehouse.localstack.demo.Behaviour.Drop;
import dev.gatehouse.localstack.machine.Loopback;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Blocker;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One service of a gateway as the gateway sees it: a listener that records each request, then
 * behaves as it was told to, or has the back end answer. The gateway's own probes are answered like
 * requests, but neither recorded nor counted: they come when they come.
 */
public final class Upstream implements AutoCloseable {
  /** What the gateway's prober calls itself. */
  private static final String PROBE = "gatehouse-probe";

  private final String service;
  private final Recording recording = new Recording();
  private final InstantSource clock;
  private final Loopback listener;
  private volatile Backend backend;
  private @Nullable Behaviour behaviour;
  private int left;

  private Upstream(String service, InstantSource clock) throws IOException {
    this.service = service;
    this.clock = clock;
    this.backend = new EchoBackend(service);
    this.listener = Loopback.start(new Listener());
  }

  /** A service that echoes until it has a back end. */
  public static Upstream start(String service, InstantSource clock) throws IOException {
    return new Upstream(service, clock);
  }

  public String service() {
    return service;
  }

  public int port() {
    return listener.port();
  }

  /** Lets a server on loopback answer from now on. */
  public void forwardTo(int port) {
    backend = new HttpBackend(port);
  }

  /** What it was asked, oldest first. */
  public List<RecordedRequest> requests() {
    return recording.all();
  }

  public void forget() {
    recording.clear();
  }

  public synchronized void behave(Behaviour next) {
    behaviour = next;
    left = next.times().orElse(0);
  }

  public synchronized void behaveAgain() {
    behaviour = null;
  }

  /** The behaviour for the next request, one time less unless it is a probe. */
  private synchronized Optional<Behaviour> take(boolean probe) {
    Behaviour taken = behaviour;
    if (!probe && taken != null && taken.times().isPresent() && --left <= 0) {
      behaviour = null;
    }
    return Optional.ofNullable(taken);
  }

  @Override
  public void close() {
    listener.close();
  }

  private final class Listener extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      boolean probe = PROBE.equals(request.getHeaders().get("User-Agent"));
      Optional<Behaviour> told = take(probe);
      Duration delay = told.map(Behaviour::delay).orElse(Duration.ZERO);
      Optional<Drop> drop = told.flatMap(Behaviour::drop);
      if (drop.equals(Optional.of(Drop.BEFORE))) {
        Thread.sleep(delay);
        return dropped(request, callback);
      }
      RecordedRequest recorded = recorded(request);
      if (!probe) {
        recording.add(recorded);
      }
      Thread.sleep(delay);
      Optional<Answer> own = told.flatMap(Behaviour::answer);
      Optional<Answer> given = own.isPresent() ? own : asked(recorded);
      if (given.isEmpty() || drop.equals(Optional.of(Drop.AFTER))) {
        return dropped(request, callback);
      }
      Answer answer = given.get();
      head(response, answer);
      if (drop.isPresent()) {
        return broken(request, response, answer, callback);
      }
      boolean head = request.getMethod().equals("HEAD");
      response.write(true, ByteBuffer.wrap(head ? new byte[0] : answer.body()), callback);
      return true;
    }
  }

  /** The back end's answer; none where it broke the connection, which the caller sees as well. */
  private Optional<Answer> asked(RecordedRequest request) {
    try {
      return Optional.of(backend.answer(request));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private RecordedRequest recorded(Request request) throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpField field : request.getHeaders()) {
      headers
          .computeIfAbsent(field.getName(), _ -> new ArrayList<>())
          .add(field.getValue() == null ? "" : field.getValue());
    }
    String query = request.getHttpURI().getQuery();
    String path = request.getHttpURI().getPath();
    return new RecordedRequest(
        request.getMethod(),
        path == null ? "" : path,
        query == null ? "" : query,
        headers,
        BufferUtil.toArray(Content.Source.asByteBuffer(request)),
        clock.instant());
  }

  private static void head(Response response, Answer answer) {
    response.setStatus(answer.status());
    answer
        .headers()
        .forEach((name, values) -> values.forEach(value -> response.getHeaders().add(name, value)));
  }

  /** Half of the body, of the length that was promised. */
  private static boolean broken(
      Request request, Response response, Answer answer, Callback callback) throws IOException {
    int length = answer.body().length;
    response.getHeaders().put("Content-Length", Math.max(length, 1));
    try (Blocker.Callback flushed = Blocker.callback()) {
      response.write(false, ByteBuffer.wrap(answer.body(), 0, length / 2), flushed);
      flushed.block();
    }
    return dropped(request, callback);
  }

  private static boolean dropped(Request request, Callback callback) {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
    callback.failed(new EOFException("dropped as told"));
    return true;
  }
}

package dev.gatehouse.proxy;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Queue;
import dev.gatehouse.config.Route;
import dev.gatehouse.config.Route.QueueGate;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.Exchange;
import dev.gatehouse.http.GatewayException;
import dev.gatehouse.http.GatewayResponse;
import dev.gatehouse.queue.Cookies;
import dev.gatehouse.queue.Holder;
import dev.gatehouse.queue.Pass;
import dev.gatehouse.queue.Passes;
import dev.gatehouse.queue.Passes.Verified;
import dev.gatehouse.queue.Slots;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets nobody through to a route behind a queue without that queue's pass, which is verified
 * without any store, and gives the slot back when a route that releases it has succeeded.
 *
 * <p>A pass comes in the field {@value #PASS_FIELD}, as {@code reservation_token} in a JSON body,
 * or in the cookie; it is good for its own holder, queue and event alone.
 */
final class QueueStage {
  static final String PASS_FIELD = "X-Queue-Pass";
  private static final String PASS_MEMBER = "reservation_token";

  private final Map<String, Queue> queues;
  private final Passes passes;
  private final Slots slots;
  private final GatewayMetrics metrics;

  QueueStage(Gateway gateway, Passes passes, Slots slots, GatewayMetrics metrics) {
    this.queues = gateway.queues();
    this.passes = passes;
    this.slots = slots;
    this.metrics = metrics;
  }

  /**
   * Lets a request pass.
   *
   * @throws GatewayException QUEUE_PASS_REQUIRED; SERVICE_UNAVAILABLE while the keys of passes
   *     cannot be had
   */
  void admit(Exchange exchange, Route route, CanonicalPath path) {
    if (route.queue().isEmpty()) {
      return;
    }
    QueueGate gate = route.queue().get();
    JsonMembers body = JsonMembers.of(exchange.request());
    Optional<String> event = gate.event().flatMap(place -> event(place, path, body));
    List<Holder> holders = holders(exchange);
    Refusal refusal = Refusal.MISSING;
    for (String text : candidates(exchange, body)) {
      refusal = refusal(passes.verify(text), gate, event, holders);
      if (refusal == Refusal.NONE) {
        metrics.queueOperated(gate.name(), "pass", "admitted");
        return;
      }
    }
    throw refused(exchange, gate, event, refusal);
  }

  /** After an answer of a route that releases a slot. */
  void release(Exchange exchange, Route route, GatewayResponse answer) {
    if (route.releases().isEmpty() || answer.status() / 100 != 2) {
      return;
    }
    Queue queue = Objects.requireNonNull(queues.get(route.releases().get()));
    String word =
        switch (released(exchange, queue, answer)) {
          case RELEASED -> "released";
          case NONE_HELD -> "none-held";
          case UNAVAILABLE -> "unavailable";
        };
    exchange.log().put("queue_slot", word);
    metrics.queueOperated(queue.name(), "release", word);
  }

  /**
   * The slot of the pass that came with the request; without one the slot that the caller has taken
   * last, but not for a replayed answer, which may be older than that slot.
   */
  private Slots.Release released(Exchange exchange, Queue queue, GatewayResponse answer) {
    List<Holder> holders = holders(exchange);
    for (String text : candidates(exchange, JsonMembers.of(exchange.request()))) {
      if (passes.verify(text) instanceof Verified.Valid(Pass pass)
          && pass.queue().equals(queue.name())
          && holders.contains(pass.holder())) {
        return slots.release(queue, pass);
      }
    }
    Slots.Release release = Slots.Release.NONE_HELD;
    if (answer.headers().first("Idempotent-Replayed").isEmpty()) {
      for (int i = 0; i < holders.size() && release == Slots.Release.NONE_HELD; i++) {
        release = slots.release(queue, holders.get(i));
      }
    }
    return release;
  }

  /** Why a pass does not open a route. */
  private enum Refusal {
    NONE("none"),
    MISSING("missing"),
    FORGED("not one of ours"),
    ENDED("ended"),
    OTHER_HOLDER("another holder's"),
    OTHER_QUEUE("another queue's"),
    OTHER_EVENT("another event's");

    private final String words;

    Refusal(String words) {
      this.words = words;
    }
  }

  private static Refusal refusal(
      Verified verified, QueueGate gate, Optional<String> event, List<Holder> holders) {
    return switch (verified) {
      case Verified.Forged() -> Refusal.FORGED;
      case Verified.Ended(Pass _) -> Refusal.ENDED;
      case Verified.Unknown() ->
          throw new GatewayException(
              ErrorCode.SERVICE_UNAVAILABLE, "Passes cannot be checked at present.");
      case Verified.Valid(Pass pass) -> {
        if (!pass.queue().equals(gate.name())) {
          yield Refusal.OTHER_QUEUE;
        }
        if (gate.event().isPresent() && !event.equals(Optional.of(pass.event()))) {
          yield Refusal.OTHER_EVENT;
        }
        yield holders.contains(pass.holder()) ? Refusal.NONE : Refusal.OTHER_HOLDER;
      }
    };
  }

  private static List<String> candidates(Exchange exchange, JsonMembers body) {
    return Stream.of(
            exchange.request().headers().first(PASS_FIELD),
            body.text("/" + PASS_MEMBER),
            Cookies.value(exchange.request().headers(), Cookies.PASS))
        .flatMap(Optional::stream)
        .toList();
  }

  /** The caller, and the visitor that the browser was before it was known. */
  private static List<Holder> holders(Exchange exchange) {
    return Stream.concat(
            exchange.caller().map(Holder::of).stream(),
            Cookies.value(exchange.request().headers(), Cookies.VISITOR)
                .map(Holder::visitor)
                .stream())
        .toList();
  }

  /** What the request is about: at a JSON pointer, or behind a literal segment of the path. */
  private static Optional<String> event(String place, CanonicalPath path, JsonMembers body) {
    return place.startsWith("path:")
        ? segmentAfter(place.substring("path:".length()), path)
        : body.text(place);
  }

  private static Optional<String> segmentAfter(String literal, CanonicalPath path) {
    int at = path.segments().indexOf(literal);
    return at < 0 || at + 1 >= path.segments().size()
        ? Optional.empty()
        : Optional.of(path.segments().get(at + 1));
  }

  private GatewayException refused(
      Exchange exchange, QueueGate gate, Optional<String> event, Refusal refusal) {
    exchange.log().put("stage", "queue").put("queue", gate.name());
    exchange.log().put("queue_pass", refusal.words);
    metrics.queueOperated(gate.name(), "pass", "refused");
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("queue", gate.name());
    members.put("pass", refusal.words);
    members.put("join_url", "/api/v1/queue/join");
    event
        .or(() -> onlyEvent(gate))
        .ifPresent(
            name -> {
              members.put("event_id", name);
              members.put("waiting_room_url", "/waiting-room/" + encoded(name));
            });
    return new GatewayException(
        ErrorCode.QUEUE_PASS_REQUIRED,
        "This route asks for a pass of the queue \"" + gate.name() + "\": join it first.",
        members);
  }

  private Optional<String> onlyEvent(QueueGate gate) {
    List<String> events = Objects.requireNonNull(queues.get(gate.name())).events();
    return events.size() == 1 && !events.getFirst().endsWith("*")
        ? Optional.of(events.getFirst())
        : Optional.empty();
  }

  /** A name that the queue could serve has only characters that stand for themselves. */
  private static String encoded(String event) {
    return event.replaceAll("[^A-Za-z0-9._:-]", "");
  }
}

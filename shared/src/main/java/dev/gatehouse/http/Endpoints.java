package dev.gatehouse.http;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Match;
import dev.gatehouse.config.Matched;
import dev.gatehouse.config.OwnEndpoint;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.config.RouteTable;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What one function serves of the gateway's {@linkplain OwnEndpoint own endpoints}: each behind its
 * guard, other methods refused, preflights answered.
 */
public final class Endpoints implements FrontDoor.Answer {
  private final RouteTable<Served> table;
  private final Gate gate;

  /**
   * @param contents by match, such as {@code GET /healthz}: all that this owner serves in any
   *     gateway
   * @throws IllegalArgumentException when an endpoint of this gateway has no content
   */
  public Endpoints(Gateway gateway, Owner owner, Map<String, Content> contents, Gate gate) {
    this.table =
        RouteTable.of(
            OwnEndpoint.of(gateway).stream()
                .filter(endpoint -> endpoint.owner() == owner)
                .map(endpoint -> Served.of(endpoint, contents))
                .toList());
    this.gate = gate;
  }

  /** What an endpoint answers to a caller who may use it. */
  @FunctionalInterface
  public interface Content {
    GatewayResponse answer(Exchange exchange, CanonicalPath path);
  }

  private record Served(OwnEndpoint endpoint, String pattern, Content content) implements Matched {
    static Served of(OwnEndpoint endpoint, Map<String, Content> contents) {
      Content content = contents.get(endpoint.match().toString());
      if (content == null) {
        throw new IllegalArgumentException(
            endpoint + ": without content (expected: one of " + contents.keySet() + ")");
      }
      return new Served(endpoint, endpoint.match().pattern(), content);
    }

    @Override
    public Match match() {
      return endpoint.match();
    }
  }

  /**
   * The answer of a function that serves nothing else.
   *
   * @throws GatewayException NOT_FOUND, METHOD_NOT_ALLOWED, or what the guard or the content throws
   */
  @Override
  public GatewayResponse to(Exchange exchange) {
    return answer(exchange, exchange.path()).orElseThrow(Gate::notFound);
  }

  /** The answer, if the path is one of these endpoints. */
  public Optional<GatewayResponse> answer(Exchange exchange, CanonicalPath path) {
    return switch (table.find(exchange.request().method(), path.segments())) {
      case RouteTable.Found<Served>(
              Served(OwnEndpoint endpoint, String pattern, Content content)) -> {
        exchange.routeIs(pattern);
        gate.admit(exchange, endpoint.allow());
        yield Optional.of(content.answer(exchange, path));
      }
      case RouteTable.MethodNotAllowed<Served>(SortedSet<String> allowed) ->
          Optional.of(gate.otherMethod(exchange, allowed));
      case RouteTable.NoRoute<Served>() -> Optional.empty();
    };
  }
}

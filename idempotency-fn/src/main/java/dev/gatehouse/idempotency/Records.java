package dev.gatehouse.idempotency;

import static dev.gatehouse.idempotency.FlatJson.invalid;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Route.Idempotency.Mode;
import dev.gatehouse.config.RouteTable;
import dev.gatehouse.config.Variants;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.ErrorCode;
import dev.gatehouse.http.GatewayException;
import java.util.List;

/** Finds the record of a request that is described, not sent. */
final class Records {
  private final RouteTable<Variants> routes;

  Records(Gateway gateway) {
    routes = RouteTable.of(Variants.of(gateway.routes()));
  }

  /**
   * The record of a claimant's request.
   *
   * @param method and path as the request was sent
   * @throws GatewayException INVALID_REQUEST, INVALID_IDEMPOTENCY_KEY, or NOT_FOUND where no route
   *     keeps records
   */
  RecordId of(Claimant claimant, String method, String path, String key) {
    Variants route = route(method, path);
    return switch (IdempotencyKey.parse(List.of(key), route.idempotency().keyFormat())) {
      case IdempotencyKey.Parsed.Valid(IdempotencyKey valid) ->
          RecordId.of(claimant, method, route.match().toString(), valid);
      case IdempotencyKey.Parsed.Invalid(String reason) ->
          throw new GatewayException(ErrorCode.INVALID_IDEMPOTENCY_KEY, "The key: " + reason + ".");
      case IdempotencyKey.Parsed.Absent() -> throw invalid("key: nothing (expected: one)");
    };
  }

  private Variants route(String method, String path) {
    CanonicalPath canonical =
        switch (CanonicalPath.parse(path)) {
          case CanonicalPath.Parsed.Valid(CanonicalPath valid) -> valid;
          case CanonicalPath.Parsed.Invalid(String reason) -> throw invalid("path: " + reason);
        };
    if (routes.find(method, canonical.segments())
            instanceof RouteTable.Found<Variants>(Variants route)
        && route.idempotency().mode() != Mode.OFF) {
      return route;
    }
    throw new GatewayException(
        ErrorCode.NOT_FOUND, "No route for this method and path keeps records.");
  }
}

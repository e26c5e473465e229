package dev.gatehouse.idempotency;

import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.GatewayRequest;
import dev.gatehouse.http.Query;
import java.util.Comparator;
import java.util.List;

/**
 * What makes two requests the same: method, canonical path, query without regard to the order of
 * different names, content type, and every octet of the body.
 */
public record Fingerprint(String text) {
  /** Repeated names keep their order, which means something to a back end. */
  private static final Comparator<Query.Parameter> BY_NAME =
      Comparator.comparing(Query.Parameter::name);

  /** The fingerprint of a request under its canonical path. */
  public static Fingerprint of(GatewayRequest request, CanonicalPath path) {
    return of(request, path, "");
  }

  /**
   * The same where several routes have one match.
   *
   * @param variant what the request was for beside the match; empty for nothing
   */
  public static Fingerprint of(GatewayRequest request, CanonicalPath path, String variant) {
    Digest digest = new Digest("gatehouse-request-1").add(request.method()).add(path.text());
    List<Query.Parameter> query = request.query().parameters().stream().sorted(BY_NAME).toList();
    digest.add(new Query(query).encoded());
    digest.add(String.join("\n", request.headers().all("Content-Type")));
    digest.add(request.body());
    return new Fingerprint((variant.isEmpty() ? digest : digest.add(variant)).text());
  }

  /** The fingerprint of a workload's operation. */
  public static Fingerprint ofPayload(byte[] payload) {
    return new Fingerprint(new Digest("gatehouse-payload-1").add(payload).text());
  }
}

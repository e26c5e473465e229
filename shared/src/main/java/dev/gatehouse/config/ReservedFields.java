package dev.gatehouse.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fields that are the connection's or the gateway's own, and so neither a client's, a back end's
 * nor a route's to write.
 *
 * <p>Names are compared in their canonical spelling, because CGI, WSGI and PHP servers read {@code
 * X_User_Id} and {@code X.User.Id} as {@code X-User-Id}.
 */
public final class ReservedFields {
  /** RFC 9110 section 7.6.1, and what only ever concerned one connection. */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Written anew for every call of a back end. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "content-length",
          "expect",
          "forwarded",
          "x-real-ip",
          "x-request-id",
          "x-request-deadline-ms",
          "traceparent",
          // A back end that honours these would run another method than the one authorized.
          "x-http-method",
          "x-http-method-override",
          "x-method-override");

  private static final List<String> OUR_PREFIXES =
      List.of("x-user-", "x-auth-", "x-forwarded-", "x-amzn-", "x-amz-", "x-gatehouse-");

  /** What the gateway says about an answer. */
  private static final Set<String> TOLD =
      Set.of(
          "age",
          "content-length",
          "content-encoding",
          "idempotent-replayed",
          "ratelimit",
          "ratelimit-policy",
          "retry-after",
          "www-authenticate",
          "x-cache",
          "x-fallback",
          "x-process-time",
          "x-request-id");

  private static final List<String> TOLD_PREFIXES =
      List.of("access-control-", "x-ratelimit-", "x-amzn-", "x-amz-", "x-gatehouse-");

  private ReservedFields() {}

  /** Lower case, and a hyphen for every character but letters and digits. */
  public static String canonical(String name) {
    char[] canonical = name.toCharArray();
    for (int i = 0; i < canonical.length; i++) {
      char c = canonical[i];
      canonical[i] = Character.isLetterOrDigit(c) ? Character.toLowerCase(c) : '-';
    }
    return new String(canonical);
  }

  /** Whether a canonical name concerns one connection. */
  public static boolean isHopByHop(String canonical) {
    return HOP_BY_HOP.contains(canonical);
  }

  /** Whether only the gateway tells a back end what stands in this field. */
  public static boolean isOurs(String canonical) {
    return OURS.contains(canonical) || begins(canonical, OUR_PREFIXES);
  }

  /**
   * Why a route may not change this field of requests.
   *
   * @param keyHeader the field of API keys, if it has a name of its own
   */
  static Optional<String> refusesInRequests(String name, Optional<String> keyHeader) {
    String canonical = canonical(name);
    if (isHopByHop(canonical)) {
      return Optional.of("a field that is not the connection's own");
    }
    boolean credential =
        canonical.equals("authorization")
            || canonical.equals(canonical(keyHeader.orElse("X-API-Key")));
    return isOurs(canonical) || credential || canonical.equals("idempotency-key")
        ? Optional.of("a field that is neither the gateway's own nor a credential")
        : Optional.empty();
  }

  /** Why a route may not change this field of answers. */
  static Optional<String> refusesInAnswers(String name) {
    String canonical = canonical(name);
    if (isHopByHop(canonical)) {
      return Optional.of("a field that is not the connection's own");
    }
    return TOLD.contains(canonical) || begins(canonical, TOLD_PREFIXES)
        ? Optional.of("a field that is not the gateway's own")
        : Optional.empty();
  }

  private static boolean begins(String canonical, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (canonical.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}

package dev.gatehouse.identity;

import dev.gatehouse.config.Allow.CredentialKind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A caller whose credential was verified.
 *
 * <p>It crosses API Gateway as the authorizer's context, whose values are strings: lists are joined
 * with a space (scopes, RFC 6749 section 3.3) or a comma (roles), which is why no scope and no role
 * contains its separator; the authorizer refuses those that do.
 *
 * @param issuer the {@code iss} of the token; empty for an API key
 * @param subject the user, or the owner of the API key
 * @param credential the token's {@code jti} or the API key's id; empty when a token has none
 * @param issuedAt the token's {@code iat}
 * @param expiresAt the end of the credential, checked again on every request because API Gateway
 *     may keep the authorizer's answer for longer
 * @param claims of the token, by name: those that limits count by
 */
public record Principal(
    CredentialKind kind,
    String issuer,
    String subject,
    Optional<String> email,
    List<String> roles,
    List<String> scopes,
    Optional<String> tier,
    Optional<String> credential,
    Optional<Instant> issuedAt,
    Optional<Instant> expiresAt,
    Map<String, String> claims) {

  private static final String CLAIM = "claim.";
  private static final String ROLE_SEPARATOR = ",";
  private static final String SCOPE_SEPARATOR = " ";

  public Principal {
    roles = List.copyOf(roles);
    scopes = List.copyOf(scopes);
    claims = Map.copyOf(claims);
  }

  /** A caller none of whose claims is counted by. */
  public Principal(
      CredentialKind kind,
      String issuer,
      String subject,
      Optional<String> email,
      List<String> roles,
      List<String> scopes,
      Optional<String> tier,
      Optional<String> credential,
      Optional<Instant> issuedAt,
      Optional<Instant> expiresAt) {
    this(
        kind,
        issuer,
        subject,
        email,
        roles,
        scopes,
        tier,
        credential,
        issuedAt,
        expiresAt,
        Map.of());
  }

  /** The context that the authorizer answers with; absent facts are absent. */
  public Map<String, String> toContext() {
    Map<String, String> context = new LinkedHashMap<>();
    context.put("kind", kind == CredentialKind.JWT ? "jwt" : "api-key");
    context.put("issuer", issuer);
    context.put("subject", subject);
    context.put("roles", String.join(ROLE_SEPARATOR, roles));
    context.put("scopes", String.join(SCOPE_SEPARATOR, scopes));
    email.ifPresent(value -> context.put("email", value));
    tier.ifPresent(value -> context.put("tier", value));
    credential.ifPresent(value -> context.put("credential", value));
    issuedAt.ifPresent(value -> context.put("issuedAt", Long.toString(value.getEpochSecond())));
    expiresAt.ifPresent(value -> context.put("expiresAt", Long.toString(value.getEpochSecond())));
    claims.forEach((name, value) -> context.put(CLAIM + name, value));
    return context;
  }

  /** The caller of a request, or nobody: a context that is not wholly ours is nobody's. */
  public static Optional<Principal> fromContext(Map<String, String> context) {
    Optional<CredentialKind> kind =
        switch (context.getOrDefault("kind", "")) {
          case "jwt" -> Optional.of(CredentialKind.JWT);
          case "api-key" -> Optional.of(CredentialKind.API_KEY);
          default -> Optional.empty();
        };
    String subject = context.getOrDefault("subject", "");
    if (kind.isEmpty() || subject.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Principal(
            kind.get(),
            context.getOrDefault("issuer", ""),
            subject,
            text(context, "email"),
            list(context, "roles", ROLE_SEPARATOR),
            list(context, "scopes", SCOPE_SEPARATOR),
            text(context, "tier"),
            text(context, "credential"),
            time(context, "issuedAt"),
            time(context, "expiresAt"),
            claims(context)));
  }

  private static Map<String, String> claims(Map<String, String> context) {
    Map<String, String> claims = new LinkedHashMap<>();
    context.forEach(
        (name, value) -> {
          if (name.startsWith(CLAIM) && !value.isEmpty()) {
            claims.put(name.substring(CLAIM.length()), value);
          }
        });
    return claims;
  }

  private static Optional<String> text(Map<String, String> context, String name) {
    return Optional.ofNullable(context.get(name)).filter(value -> !value.isEmpty());
  }

  private static List<String> list(Map<String, String> context, String name, String separator) {
    return text(context, name).map(value -> List.of(value.split(separator))).orElse(List.of());
  }

  private static Optional<Instant> time(Map<String, String> context, String name) {
    try {
      return text(context, name).map(Long::parseLong).map(Instant::ofEpochSecond);
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException(
          "context " + name + " (expected: seconds since 1970-01-01T00:00:00Z)", e);
    }
  }
}

package dev.gatehouse.authorizer;

import dev.gatehouse.authorizer.Outcome.Refused;
import dev.gatehouse.config.Allow.CredentialKind;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.http.Text;
import dev.gatehouse.identity.Principal;
import dev.gatehouse.json.StrictJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way from claims to a {@link Principal}, by the names that an issuer uses.
 *
 * <p>A name is looked up as it stands, and then along its dots: {@code realm_access.roles}, but
 * also {@code https://example.com/roles}. An absent claim, {@code null} and {@code ""} are no
 * claim; a claim of another type refuses the token, because a guard must not run on half of what an
 * issuer said.
 *
 * @param skew added to the credential's end, so that the pipeline refuses it at the same instant
 * @param counted the claims that limits count by; those that a token has go to the pipeline as text
 */
record ClaimMapping(Duration skew, Set<String> counted) {
  /** A mailbox has at most 254 characters (RFC 5321 section 4.5.3.1.3). */
  private static final int MAX_FACT_LENGTH = 256;

  ClaimMapping {
    counted = Set.copyOf(counted);
  }

  ClaimMapping(Duration skew) {
    this(skew, Set.of());
  }

  Checked<Principal> map(Map<String, Object> claims, Issuer issuer) {
    Issuer.Claims names = issuer.claims();
    Optional<String> user = text(claims, names.user());
    if (user.isEmpty()) {
      return refused(names.user(), "1 to 256 printable characters");
    }
    for (String name : List.of(names.email(), names.tier())) {
      if (find(claims, name).isPresent() && text(claims, name).isEmpty()) {
        return refused(name, "1 to 256 printable characters");
      }
    }
    Optional<List<String>> roles =
        find(claims, names.roles()).map(ClaimMapping::roles).orElse(NONE);
    if (roles.isEmpty()) {
      return refused(names.roles(), "names without commas, in an array or alone");
    }
    Optional<List<String>> scopes =
        find(claims, names.scopes()).map(ClaimMapping::scopes).orElse(NONE);
    if (scopes.isEmpty()) {
      return refused(names.scopes(), "names with a space between them, or an array of names");
    }
    for (String name : counted) {
      if (find(claims, name).filter(claim -> fact(claim).isEmpty()).isPresent()) {
        return refused(name, "1 to 256 printable characters, an integer or a boolean");
      }
    }
    return Checked.passed(
        new Principal(
            CredentialKind.JWT,
            issuer.issuer(),
            user.get(),
            text(claims, names.email()),
            roles.get(),
            scopes.get(),
            text(claims, names.tier()),
            text(claims, "jti"),
            NumericDate.of(claims.get("iat")),
            NumericDate.of(claims.get("exp")).map(end -> end.plus(skew)),
            facts(claims)));
  }

  private Map<String, String> facts(Map<String, Object> claims) {
    Map<String, String> facts = new LinkedHashMap<>();
    for (String name : counted) {
      find(claims, name).flatMap(ClaimMapping::fact).ifPresent(text -> facts.put(name, text));
    }
    return facts;
  }

  private static Optional<String> fact(Object claim) {
    return switch (claim) {
      case String text when Text.plain(text, MAX_FACT_LENGTH) -> Optional.of(text);
      case Long number -> Optional.of(number.toString());
      case Boolean flag -> Optional.of(flag.toString());
      default -> Optional.empty();
    };
  }

  private static final Optional<List<String>> NONE = Optional.of(List.of());

  private static Checked<Principal> refused(String claim, String expected) {
    return Checked.failed(
        Refused.token("claim " + claim + " of another form (expected: " + expected + ")"));
  }

  private static Optional<String> text(Map<String, Object> claims, String name) {
    return find(claims, name)
        .filter(value -> value instanceof String text && Text.plain(text, MAX_FACT_LENGTH))
        .map(String.class::cast);
  }

  private static Optional<List<String>> roles(Object claim) {
    return names(claim instanceof List<?> list ? list : List.of(claim), ",");
  }

  private static Optional<List<String>> scopes(Object claim) {
    if (claim instanceof List<?> list) {
      return names(list, " ");
    }
    if (!(claim instanceof String text)) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>(List.of(text.split(" ")));
    words.removeIf(String::isEmpty);
    return names(words, " ");
  }

  /** The names, or nothing when one of them could be taken for two. */
  private static Optional<List<String>> names(List<?> values, String separator) {
    List<String> names = new ArrayList<>(values.size());
    for (Object value : values) {
      if (!(value instanceof String name)
          || !Text.plain(name, MAX_FACT_LENGTH)
          || name.contains(separator)) {
        return Optional.empty();
      }
      names.add(name);
    }
    return Optional.of(names);
  }

  private static Optional<Object> find(Map<?, ?> claims, String name) {
    Object exact = claims.get(name);
    if (exact != null) {
      return exact == StrictJson.Null.NULL || exact.equals("")
          ? Optional.empty()
          : Optional.of(exact);
    }
    for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      if (claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner) {
        Optional<Object> found = find(inner, name.substring(dot + 1));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }
}

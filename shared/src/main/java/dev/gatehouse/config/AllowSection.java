package dev.gatehouse.config;

import dev.gatehouse.config.Allow.CredentialKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An {@code allow:} of a route or operation: what its {@link Form} cannot say, and its record. */
final class AllowSection {
  private static final List<String> LISTS = List.of("scopes", "anyScope", "roles", "anyRole");

  private AllowSection() {}

  /**
   * @param root the whole file, for the issuers and API keys that it defines
   */
  static void check(Cursor allow, Cursor root, Faults faults) {
    if (allow.isMapping()) {
      mapping(allow, faults);
    }
    Optional<Cursor> identity = root.at("identity");
    Set<CredentialKind> kinds = kinds(allow);
    if (kinds.contains(CredentialKind.JWT)
        && identity.map(place -> place.items("issuers")).orElse(List.of()).isEmpty()) {
      faults.at(credential(allow), "identity.issuers with an issuer of the tokens");
    }
    if (kinds.contains(CredentialKind.API_KEY)
        && identity.flatMap(place -> place.at("apiKeys")).isEmpty()) {
      faults.at(credential(allow), "identity.apiKeys, so that API keys are accepted");
    }
  }

  static Allow read(Cursor allow) {
    if (allow.at("signature").isPresent()) {
      String secret = new Values(allow).text("secret");
      return new Allow.Signature(Allow.Signature.Scheme.STRIPE, secret);
    }
    return switch (allow.text().orElse("")) {
      case "public" -> new Allow.Public();
      case "optional" -> new Allow.Anonymous();
      default ->
          new Allow.Authenticated(
              kinds(allow),
              allow.texts("scopes"),
              allow.texts("anyScope"),
              allow.texts("roles"),
              allow.texts("anyRole"));
    };
  }

  private static void mapping(Cursor allow, Faults faults) {
    boolean signature = allow.at("signature").isPresent();
    boolean secret = allow.at("secret").isPresent();
    if (signature && !secret) {
      String expected = Notation.SECRET.expected();
      faults.add(allow.line(), allow.below("secret"), "nothing", expected);
    } else if (secret && !signature) {
      faults.add(allow.line(), allow.below("signature"), "nothing", "stripe");
    } else if (signature) {
      allow.entries().entrySet().stream()
          .filter(entry -> LISTS.contains(entry.getKey()) || entry.getKey().equals("by"))
          .forEach(entry -> faults.at(entry.getValue(), "nothing beside signature and secret"));
    } else if (allow.entries().isEmpty()) {
      faults.add(allow.line(), allow.path(), "nothing", AllowForm.ALLOW.expected());
    }
  }

  private static Cursor credential(Cursor allow) {
    return allow.at("by").orElse(allow);
  }

  /** The credentials that are needed; none if none is, or if it cannot be told. */
  private static Set<CredentialKind> kinds(Cursor allow) {
    if (allow.at("signature").isPresent()) {
      return Set.of();
    }
    boolean principal = LISTS.stream().anyMatch(list -> allow.at(list).isPresent());
    String word = allow.text().or(() -> allow.text("by")).orElse(principal ? "jwt" : "");
    return switch (word) {
      case "jwt" -> EnumSet.of(CredentialKind.JWT);
      case "apiKey" -> EnumSet.of(CredentialKind.API_KEY);
      case "jwt-or-apiKey" -> EnumSet.allOf(CredentialKind.class);
      default -> EnumSet.noneOf(CredentialKind.class);
    };
  }
}

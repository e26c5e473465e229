package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Allow.CredentialKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AccessTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Principal alice =
      new Principal(
          CredentialKind.JWT,
          "https://idp.example",
          "alice",
          Optional.of("a@example.com"),
          List.of("buyer", "vip"),
          List.of("read", "write"),
          Optional.of("gold"),
          Optional.of("jti-1"),
          Optional.of(NOW.minusSeconds(60)),
          Optional.of(NOW.plusSeconds(60)));

  @Test
  void aPrincipalCrossesTheContextUnchanged() {
    assertThat(Principal.fromContext(alice.toContext())).contains(alice);
  }

  @Test
  void aContextThatIsNotOursIsNobodys() {
    assertThat(Principal.fromContext(Map.of())).isEmpty();
    assertThat(Principal.fromContext(Map.of("kind", "none"))).isEmpty();
    assertThat(Principal.fromContext(Map.of("kind", "jwt"))).isEmpty();
    assertThat(Principal.fromContext(Map.of("kind", "root", "subject", "alice"))).isEmpty();
  }

  @Test
  void nobodyComesInWithoutACredential() {
    assertThat(check(jwt(), Optional.empty())).isEqualTo(new Access.CredentialMissing());
    assertThat(check(new Allow.Anonymous(), Optional.empty())).isEqualTo(new Access.Granted());
    assertThat(check(new Allow.Public(), Optional.empty())).isEqualTo(new Access.Granted());
  }

  @Test
  void aCredentialOfAnotherKindIsNone() {
    Allow keys = rule(CredentialKind.API_KEY, List.of(), List.of(), List.of(), List.of());
    assertThat(check(keys, Optional.of(alice))).isEqualTo(new Access.CredentialMissing());
  }

  @Test
  void anExpiredCredentialIsRefusedEvenWhereNobodyIsWelcome() {
    Instant end = NOW.plusSeconds(60);
    assertThat(Access.check(jwt(), Optional.of(alice), end.minusMillis(1)))
        .isEqualTo(new Access.Granted());
    assertThat(Access.check(jwt(), Optional.of(alice), end))
        .isEqualTo(new Access.CredentialExpired());
    assertThat(Access.check(new Allow.Anonymous(), Optional.of(alice), end))
        .isEqualTo(new Access.CredentialExpired());
  }

  @Test
  void everyListMustBeSatisfied() {
    assertThat(check(scopes(List.of("read", "write"), List.of()))).isEqualTo(new Access.Granted());
    assertThat(check(scopes(List.of("read", "admin"), List.of())))
        .isInstanceOf(Access.Refused.class);
    assertThat(check(scopes(List.of(), List.of("admin", "write")))).isEqualTo(new Access.Granted());
    assertThat(check(scopes(List.of(), List.of("admin")))).isInstanceOf(Access.Refused.class);
    assertThat(check(roles(List.of("buyer"), List.of("vip", "x")))).isEqualTo(new Access.Granted());
    assertThat(check(roles(List.of("buyer", "x"), List.of()))).isInstanceOf(Access.Refused.class);
    assertThat(check(roles(List.of(), List.of("x")))).isInstanceOf(Access.Refused.class);
    assertThat(check(roles(List.of("bu"), List.of()))).isInstanceOf(Access.Refused.class);
  }

  private Access check(Allow allow) {
    return check(allow, Optional.of(alice));
  }

  private static Access check(Allow allow, Optional<Principal> caller) {
    return Access.check(allow, caller, NOW);
  }

  private static Allow jwt() {
    return rule(CredentialKind.JWT, List.of(), List.of(), List.of(), List.of());
  }

  private static Allow scopes(List<String> all, List<String> any) {
    return rule(CredentialKind.JWT, all, any, List.of(), List.of());
  }

  private static Allow roles(List<String> all, List<String> any) {
    return rule(CredentialKind.JWT, List.of(), List.of(), all, any);
  }

  private static Allow rule(
      CredentialKind kind,
      List<String> allScopes,
      List<String> anyScope,
      List<String> allRoles,
      List<String> anyRole) {
    return new Allow.Authenticated(Set.of(kind), allScopes, anyScope, allRoles, anyRole);
  }
}

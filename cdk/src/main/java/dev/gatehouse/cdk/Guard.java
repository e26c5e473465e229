package dev.gatehouse.cdk;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Allow.CredentialKind;
import java.util.Set;

/** What API Gateway asks of a caller before the proxy sees the request. */
enum Guard {
  /** Nothing; the pipeline decides. */
  NONE,
  /** A token; API Gateway keeps the answer by the Authorization header. */
  JWT,
  /** An API key; API Gateway keeps the answer by the key's header. */
  API_KEY,
  /** The authorizer looks at whatever the request carries, and is asked every time. */
  EITHER;

  /** The guard of a route; scopes and roles are the pipeline's. */
  static Guard of(Allow allow) {
    return switch (allow) {
      case Allow.Public() -> NONE;
      case Allow.Signature signature -> NONE;
      case Allow.Anonymous() -> EITHER;
      case Allow.Authenticated authenticated -> of(authenticated.kinds());
    };
  }

  private static Guard of(Set<CredentialKind> kinds) {
    if (kinds.size() > 1) {
      return EITHER;
    }
    return kinds.contains(CredentialKind.JWT) ? JWT : API_KEY;
  }
}

package dev.gatehouse.cdk;

import dev.gatehouse.config.Identity;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.apigateway.IAuthorizer;
import software.amazon.awscdk.services.apigateway.IdentitySource;
import software.amazon.awscdk.services.apigateway.RequestAuthorizer;
import software.amazon.awscdk.services.lambda.Alias;
import software.constructs.Construct;

/**
 * The authorizers that the routes need, all of them the one authorizer function.
 *
 * <p>An identity source is mandatory where it is named, and API Gateway answers 401 without asking
 * when it is missing; two named sources are both mandatory. So each kind of credential has an
 * authorizer keyed by its header, and routes that take several kinds, or none, have one without a
 * source, which is asked every time.
 */
final class Authorizers {
  private final Map<Guard, IAuthorizer> byGuard = new EnumMap<>(Guard.class);

  Authorizers(Construct scope, Alias function, Identity identity, ApiResource root) {
    Duration cache = Duration.seconds(identity.cache().toSeconds());
    for (Guard guard : Guard.values()) {
      if (root.uses(guard)) {
        switch (guard) {
          case NONE -> {}
          case JWT -> add(scope, guard, function, List.of("Authorization"), cache);
          case API_KEY -> add(scope, guard, function, List.of(keyHeader(identity)), cache);
          case EITHER -> add(scope, guard, function, List.of(), Duration.seconds(0));
        }
      }
    }
  }

  /** The authorizer of a guard; none for a method that everyone may call. */
  Optional<IAuthorizer> of(Guard guard) {
    return Optional.ofNullable(byGuard.get(guard));
  }

  private void add(
      Construct scope, Guard guard, Alias function, List<String> headers, Duration cache) {
    byGuard.put(
        guard,
        RequestAuthorizer.Builder.create(scope, id(guard))
            .handler(function)
            .identitySources(headers.stream().map(IdentitySource::header).toList())
            .resultsCacheTtl(cache)
            .build());
  }

  private static String id(Guard guard) {
    return switch (guard) {
      case NONE -> "none";
      case JWT -> "jwt";
      case API_KEY -> "apiKey";
      case EITHER -> "either";
    };
  }

  private static String keyHeader(Identity identity) {
    return identity.apiKeys().map(Identity.ApiKeys::header).orElse("X-API-Key");
  }
}

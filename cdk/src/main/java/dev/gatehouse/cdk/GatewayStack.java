package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.OwnEndpoint;
import dev.gatehouse.config.OwnEndpoint.Owner;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.lambda.Alias;
import software.constructs.Construct;

/**
 * What a deployment replaces: the functions with their configuration, and the API before them.
 * Nothing here holds state.
 */
final class GatewayStack extends Stack {
  GatewayStack(
      Construct scope,
      String id,
      StackProps props,
      Blueprint blueprint,
      NetworkStack network,
      DataStack data) {
    super(scope, id, props);
    Gateway gateway = blueprint.gateway();
    GatewayFunctions functions = new GatewayFunctions(this, blueprint, network, data);
    SnapStartFunction authorizer = functions.authorizer();
    SnapStartFunction proxy = functions.proxy();
    Map<Owner, Alias> aliases = new EnumMap<>(Owner.class);
    for (Owner owner : owners(gateway)) {
      aliases.put(
          owner,
          switch (owner) {
            case PROXY -> proxy.alias();
            case KEYS -> functions.keys().alias();
            case IDEMPOTENCY -> functions.idempotency().alias();
            case RATELIMIT -> functions.rateLimit().alias();
            case QUEUE -> functions.queue().alias();
          });
    }
    GatewayApi api =
        new GatewayApi(this, "Api", gateway, blueprint.root(), aliases, authorizer.alias());
    new Firewall(this, "Firewall", gateway, api.api().getDeploymentStage().getStageArn());
    Optional<Alias> prober =
        isProbed(gateway) ? Optional.of(functions.prober().alias()) : Optional.empty();
    prober.ifPresent(alias -> new ProbeSchedule(this, "ProbeSchedule", alias));
    new Alarms(this, "Alarms", api.api(), proxy.alias(), authorizer.alias(), prober);
  }

  /** The modules whose archives a gateway needs. */
  static SequencedSet<String> modules(Gateway gateway) {
    SequencedSet<String> modules = new LinkedHashSet<>(List.of("authorizer-fn"));
    owners(gateway).forEach(owner -> modules.add(module(owner)));
    return modules;
  }

  private static boolean isProbed(Gateway gateway) {
    return gateway.services().values().stream().anyMatch(service -> service.health().isPresent());
  }

  private static Set<Owner> owners(Gateway gateway) {
    Set<Owner> owners = EnumSet.of(Owner.PROXY);
    OwnEndpoint.of(gateway).forEach(endpoint -> owners.add(endpoint.owner()));
    return owners;
  }

  private static String module(Owner owner) {
    return switch (owner) {
      case PROXY -> "proxy-fn";
      case KEYS -> "authorizer-fn";
      case IDEMPOTENCY -> "idempotency-fn";
      case RATELIMIT -> "ratelimit-fn";
      case QUEUE -> "queue-fn";
    };
  }
}

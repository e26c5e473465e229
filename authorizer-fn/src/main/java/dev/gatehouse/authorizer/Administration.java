package dev.gatehouse.authorizer;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.OwnEndpoint.Owner;
import dev.gatehouse.dynamo.Dynamo;
import dev.gatehouse.http.CorsPolicy;
import dev.gatehouse.http.Endpoints;
import dev.gatehouse.http.Endpoints.Content;
import dev.gatehouse.http.FrontDoor;
import dev.gatehouse.http.Gate;
import dev.gatehouse.identity.Revocations;
import dev.gatehouse.lifecycle.Participant;
import dev.gatehouse.secrets.Secrets;
import dev.gatehouse.telemetry.GatewayMetrics;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of the function that administers keys and revocations, put together.
 *
 * @param participants what has something to do around a checkpoint
 */
record Administration(FrontDoor frontDoor, List<Participant> participants) {
  /**
   * The parts for this environment.
   *
   * @param environment ACCESS_TABLE, and API_KEY_PEPPER where API keys are in use
   */
  static Administration fromEnvironment(Map<String, String> environment) {
    InstantSource clock = InstantSource.system();
    Gateway gateway = Gateway.fromClassPath();
    Secrets secrets = new Secrets(clock);
    Dynamo dynamo = new Dynamo();
    AccessTable table = new AccessTable(dynamo, environment.getOrDefault("ACCESS_TABLE", ""));
    ApiKeys keys = new DynamoApiKeys(table);
    Revocations revocations = Revocations.in(dynamo, environment, clock);
    KeyAdministration ofKeys =
        new KeyAdministration(
            keys, PepperSecret.in(secrets, environment, clock), new SecureRandom(), clock);
    RevocationAdministration ofRevocations =
        new RevocationAdministration(
            new DynamoRevocationList(table), keys, gateway.identity(), clock);
    return new Administration(
        frontDoor(gateway, ofKeys, ofRevocations, revocations, clock),
        List.of(secrets, dynamo, revocations, new Rehearsal(keys)));
  }

  /** The endpoints behind their front door. */
  static FrontDoor frontDoor(
      Gateway gateway,
      KeyAdministration keys,
      RevocationAdministration list,
      Revocations revocations,
      InstantSource clock) {
    CorsPolicy cors = new CorsPolicy(gateway.cors());
    Map<String, Content> contents = new LinkedHashMap<>(keys.contents());
    contents.putAll(list.contents());
    Endpoints endpoints =
        new Endpoints(gateway, Owner.KEYS, contents, new Gate(cors, clock, revocations));
    return new FrontDoor(gateway, cors, endpoints, new GatewayMetrics());
  }

  /** Looks for a key that nobody has. */
  private record Rehearsal(ApiKeys keys) implements Participant {
    @Override
    public void prime() {
      keys.list(1, Optional.empty());
    }
  }
}

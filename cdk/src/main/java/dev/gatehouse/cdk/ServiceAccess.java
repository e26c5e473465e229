package dev.gatehouse.cdk;

import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.Issuer;
import dev.gatehouse.config.Service;
import java.net.URI;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.constructs.Construct;

/**
 * The ways out of a function: a security group that lets it reach the ports which gateway.yaml
 * names, and HTTPS for the services of AWS.
 *
 * <p>Addresses are not restricted: a service may be behind a private name, a peering or the NAT
 * gateway.
 */
final class ServiceAccess extends Construct {
  private static final int HTTPS = 443;

  private final SecurityGroup group;

  private ServiceAccess(
      Construct scope, String id, IVpc vpc, String description, NavigableSet<Integer> ports) {
    super(scope, id);
    group =
        SecurityGroup.Builder.create(this, "Group")
            .vpc(vpc)
            .description(description)
            .allowAllOutbound(false)
            .build();
    for (int port : ports) {
      group.addEgressRule(Peer.anyIpv4(), Port.tcp(port), "To port " + port);
    }
  }

  /** For the authorizer: the issuers' key sets. */
  static ServiceAccess toIssuers(Construct scope, String id, IVpc vpc, Gateway gateway) {
    NavigableSet<Integer> ports = new TreeSet<>();
    ports.add(HTTPS);
    for (Issuer issuer : gateway.identity().issuers()) {
      switch (issuer.keys()) {
        case Issuer.KeySource.Jwks(URI uri) -> ports.add(port(uri));
        case Issuer.KeySource.SharedSecret secret -> {}
      }
    }
    return new ServiceAccess(scope, id, vpc, "Authorizer of " + gateway.name(), ports);
  }

  /** For the proxy: the services behind the gateway. */
  static ServiceAccess toServices(Construct scope, String id, IVpc vpc, Gateway gateway) {
    NavigableSet<Integer> ports = new TreeSet<>();
    ports.add(HTTPS);
    gateway.services().values().stream().flatMap(ServiceAccess::ports).forEach(ports::add);
    return new ServiceAccess(scope, id, vpc, "Proxy of " + gateway.name(), ports);
  }

  /** For functions that call services of AWS alone. */
  static ServiceAccess toAws(Construct scope, String id, IVpc vpc, String description) {
    return new ServiceAccess(scope, id, vpc, description, new TreeSet<>(Set.of(HTTPS)));
  }

  SecurityGroup group() {
    return group;
  }

  private static Stream<Integer> ports(Service service) {
    return switch (service.target()) {
      case Service.Target.Urls urls -> urls.urls().stream().map(ServiceAccess::port);
      case Service.Target.CloudMap cloudMap -> Stream.of(cloudMap.port());
      case Service.Target.Grpc grpc -> Stream.of(grpc.port());
    };
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "http".equals(uri.getScheme()) ? 80 : HTTPS;
  }
}

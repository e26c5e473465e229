package dev.gatehouse.config;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An entry of {@code services:}: what its {@link Form} cannot say, and its record. */
final class ServiceSection {
  private ServiceSection() {}

  static void check(Cursor service, Faults faults) {
    Optional<Cursor> grpc = service.at("grpc");
    Optional<Cursor> descriptors = service.at("descriptors");
    if (grpc.isPresent() && descriptors.isEmpty()) {
      String expected = "the FileDescriptorSet of a gRPC service, such as payment.protoset";
      faults.add(service.line(), service.below("descriptors"), "nothing", expected);
    }
    descriptors
        .filter(_ -> grpc.isEmpty())
        .ifPresent(place -> faults.at(place, "no descriptors without grpc"));
    service.at("concurrency").ifPresent(place -> concurrency(place, faults));
    if (service.at("tls").isPresent()) {
      service.at("url").ifPresent(url -> https(url, faults));
      service.items("urls").forEach(url -> https(url, faults));
    }
  }

  static Service read(String name, Cursor service) {
    Values values = new Values(service);
    return new Service(
        name,
        target(service),
        values.word("balance", Service.Balance.ROUND_ROBIN, ServiceSection::balance),
        service.at("timeout").map(ServiceSection::timeout).orElse(Service.Timeout.DEFAULTS),
        service.at("retry").map(ServiceSection::retry).orElse(Service.Retry.DEFAULTS),
        service.at("breaker").map(ServiceSection::breaker).orElse(Service.Breaker.DEFAULTS),
        service.at("health").map(health -> new Service.Health(new Values(health).text("path"))),
        service.at("tls").map(ServiceSection::tls),
        values.flag("rewriteRedirects"),
        service.at("concurrency").map(ServiceSection::concurrency),
        zones(service));
  }

  private static Map<String, List<Network>> zones(Cursor service) {
    Map<String, List<Network>> zones = new LinkedHashMap<>();
    service
        .entries("zones")
        .forEach(
            (zone, networks) ->
                zones.put(
                    zone,
                    networks.items().stream()
                        .flatMap(network -> network.text().stream())
                        .flatMap(network -> Network.parse(network).stream())
                        .toList()));
    return zones;
  }

  private static void concurrency(Cursor place, Faults faults) {
    place
        .at("least")
        .filter(least -> isMore(least, place.at("most")))
        .ifPresent(least -> faults.at(least, "at most as many as most"));
    place
        .at("latency")
        .filter(_ -> place.at("least").isEmpty())
        .ifPresent(latency -> faults.at(latency, "no latency without least"));
  }

  private static boolean isMore(Cursor least, Optional<Cursor> most) {
    return most.flatMap(Quantities::whole)
        .flatMap(bound -> Quantities.whole(least).filter(number -> number > bound))
        .isPresent();
  }

  private static void https(Cursor url, Faults faults) {
    if (!url.text().orElse("").startsWith("https:")) {
      faults.at(url, "an https URL beside tls");
    }
  }

  private static Service.Target target(Cursor service) {
    Optional<Service.Target> cloudMap =
        service
            .text("cloudMap")
            .flatMap(text -> Addresses.hostAndPort(text, Service.Target.CloudMap.DEFAULT_PORT))
            .map(address -> new Service.Target.CloudMap(address.host(), address.port()));
    Optional<Service.Target> grpc =
        service
            .text("grpc")
            .flatMap(text -> Addresses.hostAndPort(text, -1))
            .map(address -> grpc(address, service));
    return cloudMap.or(() -> grpc).orElseGet(() -> new Service.Target.Urls(urls(service)));
  }

  private static Service.Target grpc(Addresses.HostAndPort address, Cursor service) {
    String descriptors = new Values(service).text("descriptors");
    return new Service.Target.Grpc(address.host(), address.port(), descriptors);
  }

  private static List<URI> urls(Cursor service) {
    List<String> urls = service.text("url").map(List::of).orElseGet(() -> service.texts("urls"));
    return urls.stream().map(URI::create).toList();
  }

  private static Service.Balance balance(String word) {
    return word.equals("least-requests")
        ? Service.Balance.LEAST_REQUESTS
        : Service.Balance.ROUND_ROBIN;
  }

  private static Service.Timeout timeout(Cursor timeout) {
    Values values = new Values(timeout);
    return new Service.Timeout(
        values.duration("connect", Service.Timeout.DEFAULTS.connect()),
        values.duration("request", Service.Timeout.DEFAULTS.request()));
  }

  private static Service.Retry retry(Cursor retry) {
    Values values = new Values(retry);
    return new Service.Retry(
        values.whole("attempts", Service.Retry.DEFAULTS.attempts()),
        values.duration("backoff", Service.Retry.DEFAULTS.backoff()),
        retry
            .text("budget")
            .flatMap(Quantities::percent)
            .orElse(Service.Retry.DEFAULTS.budgetPercent()),
        retry.text("hedge").flatMap(Quantities::duration));
  }

  private static Service.Breaker breaker(Cursor breaker) {
    Values values = new Values(breaker);
    return new Service.Breaker(
        values.whole("failures", Service.Breaker.DEFAULTS.failures()),
        values.duration("open", Service.Breaker.DEFAULTS.open()),
        values.whole("successes", Service.Breaker.DEFAULTS.successes()));
  }

  private static Service.Concurrency concurrency(Cursor place) {
    Values values = new Values(place);
    int most = place.text().or(() -> place.text("most")).map(Integer::parseInt).orElseThrow();
    return place.at("least").isEmpty()
        ? Service.Concurrency.fixed(most)
        : new Service.Concurrency(most, values.whole("least", most), latency(place));
  }

  private static Optional<Integer> latency(Cursor concurrency) {
    return concurrency.text("latency").isEmpty()
        ? Optional.of(Service.Concurrency.LATENCY_PERCENT)
        : concurrency.text("latency").flatMap(Quantities::percent);
  }

  private static Service.Tls tls(Cursor tls) {
    Values values = new Values(tls);
    return new Service.Tls(
        values.text("certificate"), values.text("trust"), tls.text("spiffeId").map(URI::create));
  }
}

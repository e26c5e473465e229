package dev.gatehouse.localstack;

import dev.gatehouse.config.Allow;
import dev.gatehouse.config.Gateway;
import dev.gatehouse.config.GatewayReader;
import dev.gatehouse.config.Reading;
import dev.gatehouse.config.Service;
import dev.gatehouse.localstack.demo.DemoIssuer;
import dev.gatehouse.localstack.demo.DemoIssuers;
import dev.gatehouse.localstack.demo.ExampleBackend;
import dev.gatehouse.localstack.demo.Upstream;
import dev.gatehouse.localstack.machine.RunFolder;
import dev.gatehouse.localstack.store.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is around one gateway in a local run: an identity provider per issuer, an upstream per
 * service, and values for the secrets that it names. {@link #overrides} makes gateway.yaml point at
 * them.
 *
 * <p>A service that already lives on loopback is left alone, and so is one that is reached over
 * TLS: nobody here has its certificate.
 */
final class Surroundings implements AutoCloseable {
  private final Path folder;
  private final Gateway gateway;
  private final DemoIssuers issuers;
  private final Map<String, Upstream> upstreams = new LinkedHashMap<>();
  private final Map<String, String> overrides = new LinkedHashMap<>();

  private Surroundings(Path folder, Gateway gateway, DemoIssuers issuers) {
    this.folder = folder;
    this.gateway = gateway;
    this.issuers = issuers;
  }

  static Surroundings start(Path folder, Gateway gateway, SecureRandom random, InstantSource clock)
      throws IOException {
    DemoIssuers issuers = DemoIssuers.start(gateway.identity().issuers(), random);
    Surroundings surroundings = new Surroundings(folder, gateway, issuers);
    surroundings.overrides.putAll(issuers.overrides());
    for (Service service : gateway.services().values()) {
      if (surroundings.isReplaceable(service)) {
        surroundings.replace(service, clock);
      }
    }
    return surroundings;
  }

  DemoIssuers issuers() {
    return issuers;
  }

  /** By the name of the service, further instances with a number: {@code name.2}. */
  Map<String, Upstream> upstreams() {
    return upstreams;
  }

  /** What {@code synth --set} is given. */
  Map<String, String> overrides() {
    return overrides;
  }

  /** Compiles and starts the example's own back ends, if it has any. */
  List<String> startBackends(RunFolder run) throws IOException {
    if (upstreams.isEmpty() || !ExampleBackend.isIn(folder)) {
      return List.of();
    }
    Map<String, Integer> ports =
        ExampleBackend.start(
            folder,
            run.folder("backend"),
            upstreams.keySet().stream().filter(gateway.services()::containsKey).toList());
    upstreams.forEach(
        (name, upstream) ->
            Optional.ofNullable(ports.get(name.replaceFirst("\\.\\d+$", "")))
                .ifPresent(upstream::forwardTo));
    return List.copyOf(ports.keySet());
  }

  /** Gives every secret that gateway.yaml names a value, unless the stacks have made it. */
  void fill(Secrets secrets, SecureRandom random) {
    for (DemoIssuer issuer : issuers.all()) {
      issuer
          .sharedSecret()
          .ifPresent(shared -> secrets.put(shared.name(), new Secrets.Value.Text(shared.value())));
    }
    Stream.concat(
            gateway.routes().stream()
                .flatMap(
                    route ->
                        route.allow() instanceof Allow.Signature signature
                            ? Stream.of(signature.secret())
                            : Stream.of()),
            gateway.services().values().stream()
                .flatMap(service -> service.tls().stream())
                .flatMap(tls -> Stream.of(tls.certificate(), tls.trust())))
        .filter(name -> secrets.find(name).isEmpty())
        .forEach(name -> secrets.put(name, new Secrets.Value.Text("demo_" + hex(random))));
  }

  private static String hex(SecureRandom random) {
    byte[] octets = new byte[24];
    random.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }

  @Override
  public void close() {
    issuers.close();
    upstreams.values().forEach(Upstream::close);
  }

  private boolean isReplaceable(Service service) {
    return service.tls().isEmpty()
        && switch (service.target()) {
          case Service.Target.Urls(var urls) -> urls.stream().noneMatch(Surroundings::isLoopback);
          case Service.Target.CloudMap _ -> true;
          case Service.Target.Grpc _ -> false;
        };
  }

  private static boolean isLoopback(URI url) {
    String host = url.getHost() == null ? "" : url.getHost().toLowerCase(Locale.ROOT);
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private void replace(Service service, InstantSource clock) throws IOException {
    Upstream upstream = Upstream.start(service.name(), clock);
    upstreams.put(service.name(), upstream);
    String path = "services." + service.name() + ".";
    switch (service.target()) {
      case Service.Target.Urls(var urls) -> {
        boolean one = urls.size() == 1 && isThere(path + "url", moved(urls.getFirst(), upstream));
        for (int i = 0; i < urls.size(); i++) {
          Upstream instance = i == 0 ? upstream : another(service.name() + "." + (i + 1), clock);
          overrides.put(path + (one ? "url" : "urls[" + i + "]"), moved(urls.get(i), instance));
        }
      }
      case Service.Target.CloudMap _ ->
          overrides.put(path + "cloudMap", "127.0.0.1:" + upstream.port());
      case Service.Target.Grpc _ -> {} // not replaceable
    }
  }

  /**
   * A further instance of a service, {@code name.2} and so on: no service has a dot in its name.
   */
  private Upstream another(String name, InstantSource clock) throws IOException {
    Upstream instance = Upstream.start(name, clock);
    upstreams.put(name, instance);
    return instance;
  }

  /** Whether the file says it with this key: {@code url} and a list of one are the same record. */
  private boolean isThere(String path, String value) {
    Path file = folder.resolve("gateway.yaml");
    return new GatewayReader().read(file, Map.of(path, value)) instanceof Reading.Valid;
  }

  private static String moved(URI url, Upstream upstream) {
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return "http://127.0.0.1:" + upstream.port() + path;
  }
}

package dev.gatehouse.localstack.demo;

import dev.gatehouse.config.Issuer;
import dev.gatehouse.localstack.machine.Endpoint;
import dev.gatehouse.localstack.machine.Loopback;
import dev.gatehouse.localstack.machine.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;

/** All demo issuers of a gateway, each with its key set at {@code /NAME/jwks.json}. */
public final class DemoIssuers implements AutoCloseable {
  private static final long SLOW_SECONDS = 15;

  private final Map<String, DemoIssuer> issuers = new LinkedHashMap<>();
  private final Loopback listener;

  private DemoIssuers(List<DemoIssuer> issuers) throws IOException {
    issuers.forEach(issuer -> this.issuers.put(issuer.name(), issuer));
    this.listener = Loopback.start(new Endpoint((request, _) -> answer(request)));
  }

  /** Issuers with fresh keys. */
  public static DemoIssuers start(List<Issuer> issuers, SecureRandom random) throws IOException {
    return new DemoIssuers(issuers.stream().map(issuer -> new DemoIssuer(issuer, random)).toList());
  }

  public Collection<DemoIssuer> all() {
    return issuers.values();
  }

  public Optional<DemoIssuer> find(String name) {
    return Optional.ofNullable(issuers.get(name));
  }

  /** Where an issuer publishes its keys; nothing for one with a shared secret. */
  public Optional<URI> keySet(DemoIssuer issuer) {
    return issuer.sharedSecret().isPresent()
        ? Optional.empty()
        : Optional.of(listener.uri().resolve("/" + issuer.name() + "/jwks.json"));
  }

  /** What {@code synth --set} has to say for the gateway to trust these issuers. */
  public Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>();
    for (DemoIssuer issuer : all()) {
      keySet(issuer)
          .ifPresent(
              uri -> overrides.put("identity.issuers." + issuer.name() + ".jwks", uri.toString()));
    }
    return overrides;
  }

  @Override
  public void close() {
    listener.close();
  }

  private Reply answer(Request request) throws InterruptedException {
    String path = Request.getPathInContext(request);
    Optional<DemoIssuer> issuer =
        all().stream()
            .filter(candidate -> path.equals("/" + candidate.name() + "/jwks.json"))
            .findFirst();
    return issuer.isEmpty() ? Reply.empty(404) : keySet(issuer.get(), request);
  }

  private static Reply keySet(DemoIssuer issuer, Request request) throws InterruptedException {
    issuer.fetched();
    return switch (issuer.state()) {
      case UP -> keys(issuer);
      case DOWN -> {
        request.getConnectionMetaData().getConnection().getEndPoint().close();
        yield Reply.empty(503);
      }
      case SLOW -> {
        TimeUnit.SECONDS.sleep(SLOW_SECONDS);
        yield keys(issuer);
      }
      case GARBAGE -> Reply.text(200, "<html>We will be back soon</html>");
    };
  }

  private static Reply keys(DemoIssuer issuer) {
    return Reply.of(
        200, "application/jwk-set+json", issuer.keySet().getBytes(StandardCharsets.UTF_8));
  }
}

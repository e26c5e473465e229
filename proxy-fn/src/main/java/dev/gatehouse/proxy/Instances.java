package dev.gatehouse.proxy;

import dev.gatehouse.config.Service;
import dev.gatehouse.config.Service.Target;
import dev.gatehouse.http.CanonicalPath;
import dev.gatehouse.http.Query;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The instances of one service, taken in turn. */
final class Instances {
  private final List<String> bases;
  private final AtomicInteger turn = new AtomicInteger();

  Instances(Service service) {
    bases = bases(service).stream().map(Instances::withoutSlash).toList();
  }

  /** The base addresses of a service's instances. */
  static List<URI> bases(Service service) {
    return switch (service.target()) {
      case Target.Urls(List<URI> urls) -> urls;
      case Target.CloudMap(String host, int port) ->
          List.of(URI.create("http://" + host + ":" + port));
      case Target.Grpc grpc ->
          throw new IllegalArgumentException(
              "services." + service.name() + ".grpc (expected: url, urls or cloudMap)");
    };
  }

  /** The address of a request at the next instance. */
  URI next(CanonicalPath path, Query query) {
    int index = Math.floorMod(turn.getAndIncrement(), bases.size());
    String question = query.parameters().isEmpty() ? "" : "?" + query.encoded();
    return URI.create(bases.get(index) + path.text() + question);
  }

  private static String withoutSlash(URI url) {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}

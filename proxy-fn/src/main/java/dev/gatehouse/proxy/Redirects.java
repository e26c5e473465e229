package dev.gatehouse.proxy;

import dev.gatehouse.config.Rewrite;
import dev.gatehouse.http.Headers;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * A service's own addresses in its answers, as the gateway's clients know them: an absolute URL of
 * one of its origins becomes a path, without what every request to the service has before it and
 * with the route's rewrite undone.
 *
 * <p>What another origin serves, what lies outside that prefix, and what is relative to the request
 * stays as it is.
 */
final class Redirects {
  private Redirects() {}

  /**
   * @param bases of the service
   */
  static Headers rewritten(Headers fields, List<URI> bases, Rewrite rewrite) {
    Headers.Builder rewritten = Headers.builder();
    fields.forEach((name, value) -> rewritten.add(name, value(name, value, bases, rewrite)));
    return rewritten.build();
  }

  private static String value(String name, String value, List<URI> bases, Rewrite rewrite) {
    return name.equalsIgnoreCase("Location") || name.equalsIgnoreCase("Content-Location")
        ? path(value, bases, rewrite).orElse(value)
        : value;
  }

  private static Optional<String> path(String value, List<URI> bases, Rewrite rewrite) {
    try {
      URI url = new URI(value);
      return bases.stream().flatMap(base -> path(url, base, rewrite).stream()).findFirst();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> path(URI url, URI base, Rewrite rewrite) {
    String path = url.getRawPath();
    if (path == null || !isOf(url, base)) {
      return Optional.empty();
    }
    String prefix = prefix(base);
    if (!path.equals(prefix) && !path.startsWith(prefix + "/")) {
      return Optional.empty();
    }
    String rest = path.substring(prefix.length());
    // A path that begins with two slashes would be another host.
    return rest.startsWith("//")
        ? Optional.empty()
        : rewrite.back(rest.isEmpty() ? "/" : rest).map(own -> own + behind(url));
  }

  private static String behind(URI url) {
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return url.getRawFragment() == null ? query : query + "#" + url.getRawFragment();
  }

  private static boolean isOf(URI url, URI base) {
    if (url.getRawAuthority() == null) {
      return url.getScheme() == null && url.getRawPath().startsWith("/");
    }
    return (url.getScheme() == null || url.getScheme().equalsIgnoreCase(base.getScheme()))
        && url.getRawUserInfo() == null
        && base.getHost().equalsIgnoreCase(url.getHost())
        && port(url, base) == port(base, base);
  }

  private static int port(URI url, URI base) {
    return url.getPort() >= 0 ? url.getPort() : base.getScheme().equals("https") ? 443 : 80;
  }

  private static String prefix(URI base) {
    String path = base.getRawPath() == null ? "" : base.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}

package dev.gatehouse.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** URLs, origins, hosts and ports. */
final class Addresses {
  private static final int LAST_PORT = 65_535;

  private Addresses() {}

  /** A host and its port. */
  record HostAndPort(String host, int port) {}

  static boolean isServiceUrl(String text) {
    return web(text)
        .filter(uri -> uri.getRawQuery() == null)
        .filter(uri -> isPrefix(uri.getRawPath()))
        .isPresent();
  }

  static boolean isJwksUrl(String text) {
    return web(text).filter(uri -> isHttps(uri) || isLoopback(uri.getHost())).isPresent();
  }

  /** RFC 6454 section 6.2, as browsers send it. */
  static boolean isOrigin(String text) {
    if (text.equals("*")) {
      return true;
    }
    return text.equals(text.toLowerCase(Locale.ROOT))
        && web(text)
            .filter(uri -> uri.getRawPath().isEmpty() && uri.getRawQuery() == null)
            .filter(uri -> uri.getPort() != (isHttps(uri) ? 443 : 80))
            .isPresent();
  }

  /** A host's name in lower case, or all names below one. */
  static boolean isHostPattern(String text) {
    String name = text.startsWith("*.") ? text.substring(2) : text;
    return name.equals(lower(name))
        && hostAndPort(name, 443).filter(place -> place.host().equals(name)).isPresent();
  }

  /** A path on this gateway, or an https URL whose path is empty or canonical. */
  static boolean isRedirect(String text) {
    if (text.startsWith("/")) {
      return Patterns.canonical(text).isEmpty();
    }
    return web(text)
        .filter(Addresses::isHttps)
        .filter(uri -> uri.getRawQuery() == null && isPrefix(uri.getRawPath()))
        .isPresent();
  }

  static boolean isSpiffeId(String text) {
    return text.startsWith("spiffe://")
        && parse(text)
            .filter(uri -> uri.getRawAuthority() != null && uri.getPort() < 0)
            .filter(uri -> Characters.consistsOf(uri.getRawAuthority(), "._-", 255))
            .filter(uri -> uri.getRawAuthority().equals(lower(uri.getRawAuthority())))
            .filter(uri -> uri.getRawQuery() == null && uri.getRawFragment() == null)
            .filter(uri -> uri.getRawPath().length() > 1)
            .filter(uri -> Characters.consistsOf(uri.getRawPath(), "._/-", 2048))
            .isPresent();
  }

  /** A host and a port; a negative default makes the port necessary. */
  static Optional<HostAndPort> hostAndPort(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    int port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
    boolean valid =
        port > 0
            && Characters.consistsOf(host, ".-", 253)
            && !host.startsWith(".")
            && !host.startsWith("-")
            && !host.endsWith(".")
            && !host.endsWith("-")
            && !host.contains("..");
    return valid ? Optional.of(new HostAndPort(host, port)) : Optional.empty();
  }

  private static int port(String text) {
    boolean number =
        !text.isEmpty()
            && text.length() <= 5
            && text.charAt(0) != '0'
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number ? Integer.parseInt(text) : -1;
    return port <= LAST_PORT ? port : -1;
  }

  private static Optional<URI> web(String text) {
    return parse(text)
        .filter(uri -> "http".equals(uri.getScheme()) || isHttps(uri))
        .filter(uri -> uri.getHost() != null && uri.getRawPath() != null)
        .filter(uri -> uri.getRawUserInfo() == null && uri.getRawFragment() == null)
        .filter(uri -> uri.getPort() <= LAST_PORT && uri.getPort() != 0)
        .filter(uri -> !uri.getRawAuthority().endsWith(":"));
  }

  private static boolean isHttps(URI uri) {
    return "https".equals(uri.getScheme());
  }

  private static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** A path to put in front of others: none, or a canonical one. */
  private static boolean isPrefix(String path) {
    return path.isEmpty() || path.equals("/") || Patterns.canonical(path).isEmpty();
  }

  private static boolean isLoopback(String host) {
    boolean ipv4 = host.startsWith("127.") && host.chars().allMatch(Addresses::isDigitOrDot);
    return ipv4 || host.equals("[::1]") || host.equalsIgnoreCase("localhost");
  }

  private static boolean isDigitOrDot(int c) {
    return c == '.' || (c >= '0' && c <= '9');
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}

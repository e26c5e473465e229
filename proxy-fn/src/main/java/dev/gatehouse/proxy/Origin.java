package dev.gatehouse.proxy;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;

/**
 * Where connections lead (RFC 6454).
 *
 * @param host an IPv6 address without its brackets
 * @param authority as it stands in the Host field: the port only where it was written
 * @param address which of the addresses behind the host; none: whichever answers
 */
record Origin(
    boolean secure, String host, int port, String authority, Optional<InetAddress> address) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /**
   * The origin of a URL.
   *
   * @param url of http or https, with a host
   */
  static Origin of(URI url, Optional<InetAddress> address) {
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    String written = url.getHost();
    String host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
    return url.getPort() < 0
        ? new Origin(secure, host, secure ? HTTPS : HTTP, written, address)
        : new Origin(secure, host, url.getPort(), written + ":" + url.getPort(), address);
  }

  /** The same for all addresses behind the host. */
  String name() {
    return host + ":" + port;
  }
}

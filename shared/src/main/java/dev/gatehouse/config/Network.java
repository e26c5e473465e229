package dev.gatehouse.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * A block of addresses in CIDR notation (RFC 4632 section 3.1, RFC 4291 section 2.3), such as
 * 10.1.0.0/20.
 *
 * @param first its lowest address
 * @param prefix how many leading bits all its addresses share
 */
public record Network(InetAddress first, int prefix) {
  /** Empty for what is no block, or has bits set behind its prefix. */
  public static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !Characters.isWhole(text.substring(slash + 1), 3)) {
      return Optional.empty();
    }
    int prefix = Integer.parseInt(text.substring(slash + 1));
    try {
      String address = text.substring(0, slash);
      InetAddress first = InetAddress.ofLiteral(address);
      boolean whole = first instanceof Inet6Address || first.getHostAddress().equals(address);
      return whole
              && prefix <= first.getAddress().length * Byte.SIZE
              && Arrays.equals(masked(first, prefix), first.getAddress())
          ? Optional.of(new Network(first, prefix))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public boolean contains(InetAddress address) {
    return Arrays.equals(masked(address, prefix), first.getAddress());
  }

  private static byte[] masked(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    for (int i = 0; i < octets.length; i++) {
      int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
      octets[i] &= (byte) (0xff << (Byte.SIZE - kept));
    }
    return octets;
  }

  @Override
  public String toString() {
    return first.getHostAddress() + "/" + prefix;
  }
}
